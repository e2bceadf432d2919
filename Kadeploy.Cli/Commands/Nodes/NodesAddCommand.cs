using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary><c>kadeploy nodes add</c>.</summary>
internal sealed class NodesAddCommand : CliCommand
{
    private readonly Argument<string[]> _names = new("NAMES") { Description = "Names and ranges of nodes, such as lab-[1-40].", Arity = ArgumentArity.OneOrMore };
    private readonly NodeSettingOptions _settings = new();
    private readonly InventoryAccess _access;

    public NodesAddCommand(CommandContext context)
        : base("add", "add nodes to the store")
    {
        _access = new(context);
        Arguments.Add(_names);
        _settings.AddTo(this);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => output.Changes(await inventory.AddAsync(
                string.Join(' ', arguments.GetValue(_names) ?? []), _settings.Read(arguments), CommandContext.User, cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy nodes add NAMES... --cluster NAME {NodeSettingOptions.Synopsis} {InventoryAccess.Synopsis}"],
        [
            "Adds nodes, all of them or none. Where several are named, --address, --bmc-address and --mac give one for each, in the order in which the nodes are written. A cluster has to be "
            + "named; it may be one of the store or one of a file. No two nodes have one name, address, hardware address or controller.",
            "Only administrators may do this. Commands that switch single nodes come by 'kadeploy nodes import'.",
        ],
        [
            new("kadeploy nodes add lab-[1-40] --cluster lab --address 10.0.0.[1-40] --bmc-address 10.1.0.[1-40]", "Forty nodes with addresses and controllers."),
            new("kadeploy nodes add gpu-1 --cluster lab --mac 52:54:00:12:34:56 --tag rack=r7 --group gpu", "One with a tag, in a group."),
        ],
        ["kadeploy nodes set", "kadeploy nodes import", "kadeploy nodes remove", "kadeploy clusters import"]);
}
