using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Cache;

/// <summary><c>kadeploy cache unpin</c>.</summary>
internal sealed class CacheUnpinCommand : CacheFileCommand
{
    private readonly Argument<string[]> _files = FilesArgument(ArgumentArity.OneOrMore);

    public CacheUnpinCommand(CommandContext context)
        : base(context, "unpin", "let files of the cache go again") => Takes(_files);

    public override ManualPage Manual => new(
        [$"kadeploy cache unpin FILES... {CatalogOptions.Synopsis}"],
        [
            "Lets files go again that were pinned: they stay until room is needed. It is for administrators.",
        ],
        [
            new("kadeploy cache unpin 0123ab", "Let a file go, by the beginning of its SHA-256."),
        ],
        ["kadeploy cache list", "kadeploy cache pin"]);

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, IFileCache files, CacheOutput output, CancellationToken cancellationToken)
    {
        foreach (var file in arguments.GetValue(_files)!) output.Changed("unpinned", await files.PinAsync(file, false, CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
