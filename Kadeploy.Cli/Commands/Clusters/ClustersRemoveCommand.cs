using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Clusters;

/// <summary><c>kadeploy clusters remove</c>.</summary>
internal sealed class ClustersRemoveCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The cluster's name." };
    private readonly InventoryAccess _access;

    public ClustersRemoveCommand(CommandContext context)
        : base("remove", "remove a cluster from the store")
    {
        _access = new(context);
        Arguments.Add(_name);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => output.Changes(await inventory.RemoveClusterAsync(arguments.GetValue(_name)!, CommandContext.User, cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy clusters remove NAME {InventoryAccess.Synopsis}"],
        ["Removes a cluster from the store. One that has nodes is not removed: remove or move them first. Only administrators may do this."],
        [new("kadeploy clusters remove lab", "The cluster is gone.")],
        ["kadeploy nodes remove", "kadeploy clusters list"]);
}
