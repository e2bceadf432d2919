using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Clusters;

/// <summary><c>kadeploy clusters list</c>.</summary>
internal sealed class ClustersListCommand : CliCommand
{
    private readonly InventoryAccess _access;

    public ClustersListCommand(CommandContext context)
        : base("list", "list clusters with their nodes")
    {
        _access = new(context);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments, async (inventory, output) => output.List(await inventory.ListClustersAsync(cancellationToken)), cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy clusters list {InventoryAccess.Synopsis}"],
        ["Lists clusters, of files and of the store, with their nodes. With --json, each is a line {\"kind\":\"inventoryCluster\",...}."],
        [new("kadeploy clusters list", "All clusters.")],
        ["kadeploy clusters show", "kadeploy nodes list", "kadeploy config check"]);
}
