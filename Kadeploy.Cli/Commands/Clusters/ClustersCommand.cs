using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Clusters;

/// <summary><c>kadeploy clusters</c>: works on clusters.</summary>
internal sealed class ClustersCommand : CliCommand
{
    public ClustersCommand(CommandContext context)
        : base("clusters", "list and change clusters")
    {
        Subcommands.Add(new ClustersListCommand(context));
        Subcommands.Add(new ClustersShowCommand(context));
        Subcommands.Add(new ClustersSetCommand(context));
        Subcommands.Add(new ClustersRemoveCommand(context));
        Subcommands.Add(new ClustersImportCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy clusters list|show|set|remove|import ..."],
        [
            "A cluster is a set of nodes that are alike: the same disk layout, boot settings, power and workflow. Clusters are defined in files that kadeploy.yml names, or in the store, "
            + "with the same settings (docs/configuration.md); each in one place only.",
        ],
        [new("kadeploy clusters list", "All clusters and where they are defined."), new("kadeploy clusters import clusters/lab.yml", "Take one from its file into the store.")],
        ["kadeploy clusters list", "kadeploy clusters import", "kadeploy nodes", "kadeploy config check"]);
}
