using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary><c>kadeploy nodes import</c>.</summary>
internal sealed class NodesImportCommand : CliCommand
{
    private readonly Argument<string[]> _files = new("FILES") { Description = "Lists of nodes; '-' is standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly FormatOption _format = new("How the lists are written: yaml or csv. Default: by their names, yaml for others than *.csv.");
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything and say what would change; change nothing." };
    private readonly InventoryAccess _access;
    private readonly CommandContext _context;

    public NodesImportCommand(CommandContext context)
        : base("import", "read lists of nodes into the store")
    {
        (_context, _access) = (context, new(context));
        Arguments.Add(_files);
        Options.Add(_format);
        Options.Add(_dryRun);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) =>
            {
                var files = arguments.GetValue(_files) ?? [];
                var format = _format.Of(arguments, files);
                ImmutableArray<InventoryText> texts = [.. await InventoryFiles.ReadAsync(files, _context.Console.Input, cancellationToken)];
                output.Changes(await inventory.ImportAsync(texts, format, arguments.GetValue(_dryRun), CommandContext.User, cancellationToken));
            },
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy nodes import FILES... [--format yaml|csv] [--dry-run] {InventoryAccess.Synopsis}"],
        [
            "Reads lists of nodes: nodes that are not in the store come, those that are there are recorded as the lists say, all others stay. It is one transaction: all, or nothing; "
            + "everything that is wrong is listed with file and line. What 'kadeploy nodes export' wrote is read as it was.",
            "As YAML, a list is a table 'nodes' with the keys that a cluster's file has for nodes, and 'cluster'. As CSV (RFC 4180), the first line has titles: name and cluster, and any of "
            + "the others that 'kadeploy nodes export --format csv' writes. docs/inventory.md describes both.",
            "Only administrators may do this.",
        ],
        [
            new("kadeploy nodes import nodes.csv --dry-run", "Say what would change."),
            new("kadeploy nodes export --cluster lab | sed s/rack=r6/rack=r7/ | kadeploy nodes import -", "Change tags with a text tool."),
        ],
        ["kadeploy nodes export", "kadeploy nodes add", "kadeploy clusters import"]);
}
