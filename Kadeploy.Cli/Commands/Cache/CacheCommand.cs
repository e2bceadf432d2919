using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Cache;

/// <summary><c>kadeploy cache</c>: the files that were fetched for operations.</summary>
internal sealed class CacheCommand : CliCommand
{
    public CacheCommand(CommandContext context)
        : base("cache", "look after the files that were fetched for operations")
    {
        Subcommands.Add(new CacheListCommand(context));
        Subcommands.Add(new CachePruneCommand(context));
        Subcommands.Add(new CacheVerifyCommand(context));
        Subcommands.Add(new CachePinCommand(context));
        Subcommands.Add(new CacheUnpinCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy cache list|prune|verify|pin|unpin [FILES...] [OPTIONS] [--json]"],
        [
            "Images and archives that come by http and https are kept in the state directory by what is in them, and fetched once, however many operations use them. When the cache is "
            + "full, those used longest ago go. docs/images.md describes where files may come from, and the cache.",
        ],
        [
            new("kadeploy cache list", "List the files."),
            new("kadeploy cache verify", "Compare them with their SHA-256."),
        ],
        ["kadeploy cache list", "kadeploy cache prune", "kadeploy cache verify", "kadeploy cache pin", "kadeploy cache unpin", "kadeploy env"]);
}
