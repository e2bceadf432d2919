using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Cache;

/// <summary><c>kadeploy cache list</c>.</summary>
internal sealed class CacheListCommand : CacheFileCommand
{
    public CacheListCommand(CommandContext context)
        : base(context, "list", "list the files of the cache") => Takes();

    public override ManualPage Manual => new(
        [$"kadeploy cache list {CatalogOptions.Synopsis}"],
        [
            "Lists the files that were fetched for operations, those used last first, and how full the cache is.",
        ],
        [
            new("kadeploy cache list", "List all."),
        ],
        ["kadeploy cache prune", "kadeploy cache pin", "kadeploy cache"]);

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, IFileCache files, CacheOutput output, CancellationToken cancellationToken)
    {
        output.Contents(await files.ListAsync(cancellationToken));
        return ExitCode.Ok;
    }
}
