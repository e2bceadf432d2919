using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Cache;

/// <summary><c>kadeploy cache pin</c>.</summary>
internal sealed class CachePinCommand : CacheFileCommand
{
    private readonly Argument<string[]> _files = FilesArgument(ArgumentArity.OneOrMore);

    public CachePinCommand(CommandContext context)
        : base(context, "pin", "make files stay in the cache") => Takes(_files);

    public override ManualPage Manual => new(
        [$"kadeploy cache pin FILES... {CatalogOptions.Synopsis}"],
        [
            "Makes files stay, however full the cache is. An address that is not there yet is fetched. It is for administrators.",
        ],
        [
            new("kadeploy cache pin https://images.example/debian.tar.zst", "Fetch an image, and keep it."),
        ],
        ["kadeploy cache list", "kadeploy cache unpin"]);

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, IFileCache files, CacheOutput output, CancellationToken cancellationToken)
    {
        foreach (var file in arguments.GetValue(_files)!) output.Changed("pinned", await files.PinAsync(file, true, CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
