using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Cache;

/// <summary><c>kadeploy cache prune</c>.</summary>
internal sealed class CachePruneCommand : CacheFileCommand
{
    private readonly Argument<string[]> _files = FilesArgument(ArgumentArity.ZeroOrMore, " Default: all.");

    private readonly Option<long?> _keep = new("--keep")
    {
        HelpName = "SIZE", CustomParser = static result => OptionParsing.Bytes(result), Description = "How much may stay, such as 50GB or 500MiB. Default: nothing.",
    };

    private readonly Option<int?> _days = new("--unused-days")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 0, 36500), Description = "Remove only what was not used for so many days. Default: whatever its age.",
    };

    public CachePruneCommand(CommandContext context)
        : base(context, "prune", "remove files from the cache") => Takes(_files, _keep, _days);

    public override ManualPage Manual => new(
        [$"kadeploy cache prune [FILES...] [--keep SIZE] [--unused-days N] {CatalogOptions.Synopsis}"],
        [
            "Removes files that are neither pinned nor in use, those used longest ago first: all, those that are named, those not used for some days, or as many as are too many. What is left of downloads that broke off goes, too. It is for administrators.",
            "The cache makes room by itself when it is full; this is for those who want the room for something else.",
        ],
        [
            new("kadeploy cache prune --keep 50GB", "Remove what was used longest ago until 50 GB are left."),
            new("kadeploy cache prune --unused-days 30", "Remove what nobody has used for a month."),
        ],
        ["kadeploy cache list", "kadeploy cache pin"]);

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, IFileCache files, CacheOutput output, CancellationToken cancellationToken)
    {
        var pruning = new CachePruning
        {
            Only = [.. arguments.GetValue(_files) ?? []],
            Keep = arguments.GetResult(_keep) is null ? null : arguments.GetValue(_keep),
            Unused = arguments.GetResult(_days) is null ? null : TimeSpan.FromDays(arguments.GetValue(_days)!.Value),
        };
        foreach (var file in await files.PruneAsync(pruning, CommandContext.User, cancellationToken)) output.Changed("removed", file);
        return ExitCode.Ok;
    }
}
