using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary><c>kadeploy nodes remove</c>.</summary>
internal sealed class NodesRemoveCommand : CliCommand
{
    private readonly NodeNameOptions _names = new();
    private readonly InventoryAccess _access;

    public NodesRemoveCommand(CommandContext context)
        : base("remove", "remove nodes from the store")
    {
        _access = new(context);
        _names.AddTo(this);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => output.Changes(await inventory.RemoveAsync(
                await _names.RequireAsync(arguments, context.Console.Input, cancellationToken), CommandContext.User, cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy nodes remove {NodeNameOptions.Synopsis} {InventoryAccess.Synopsis}"],
        [
            "Removes nodes from the store, all of them or none. A node that an operation has is not removed. The journal keeps what was done to them; should they come again, it is known again.",
            "Only administrators may do this.",
        ],
        [new("kadeploy nodes remove lab-[38-40]", "Three nodes are gone."), new("kadeploy nodes remove -f old.txt", "Those of a file.")],
        ["kadeploy nodes list", "kadeploy nodes add", "kadeploy clusters remove"]);
}
