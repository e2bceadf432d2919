using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary><c>kadeploy nodes list</c> and <c>kadeploy nodes show</c>: they select the same and differ in how much they tell.</summary>
internal sealed class NodesListingCommand : CliCommand
{
    private readonly NodeFilterOptions _filter = new();
    private readonly InventoryAccess _access;
    private readonly CommandContext _context;
    private readonly Action<InventoryOutput, IReadOnlyList<InventoryNode>> _write;
    private readonly string _description;
    private readonly IReadOnlyList<ManualExample> _examples;

    /// <summary>Makes one of the two.</summary>
    /// <param name="context">What the command is given.</param>
    /// <param name="name">What is typed.</param>
    /// <param name="summary">What it does, in one phrase.</param>
    /// <param name="write">How it writes nodes.</param>
    /// <param name="description">What it does, for the manual.</param>
    /// <param name="examples">Examples for the manual.</param>
    public NodesListingCommand(
        CommandContext context, string name, string summary, Action<InventoryOutput, IReadOnlyList<InventoryNode>> write, string description,
        IReadOnlyList<ManualExample> examples)
        : base(name, summary)
    {
        (_context, _access, _write, _description, _examples) = (context, new(context), write, description, examples);
        _filter.AddTo(this);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => _write(
                output, await inventory.ListAsync(await _filter.ReadAsync(arguments, _context.Console.Input, cancellationToken), cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"{FullName} {NodeFilterOptions.Synopsis} {InventoryAccess.Synopsis}"],
        [
            _description,
            "How a node stands is what the journal says: never-used; busy with an operation; deployed, with the environment that was proven to run; failed, with the fault; stopped at a "
            + "breakpoint; cancelled; or unknown, when the last operation succeeded and what is on the disk is not known. Nothing says that a node is free: who may use it is a question of rights.",
            "With --json, each node is a line {\"kind\":\"inventoryNode\",...}, with null for what is not known.",
        ],
        _examples,
        ["kadeploy nodes", "kadeploy nodes export", "kadeploy operations"]);
}
