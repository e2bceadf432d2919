using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy nodes</c>: works on lists of nodes.</summary>
internal sealed class NodesCommand : CliCommand
{
    public NodesCommand(CommandContext context)
        : base("nodes", "fold and expand lists of nodes")
    {
        Subcommands.Add(new NodeListCommand(
            context, "fold", "write a list of nodes as briefly as possible", static (output, nodes) => output.Folded(nodes),
            "Reads nodes, in any form, and writes them as one list with ranges. Expanding the list gives the same nodes again.",
            [
                new("kadeploy nodes fold node-1.lan node-2.lan node-3.lan node-7.lan", "Writes node-[1-3,7].lan."),
                new("kadeploy nodes fold -f nodes.txt", "Folds the names in a file."),
                new("kadeploy nodes expand node-[1-40] | grep -v 13 | kadeploy nodes fold -", "All but those with a 13."),
            ]));
        Subcommands.Add(new NodeListCommand(
            context, "expand", "write each node of a list on a line of its own", static (output, nodes) => output.Expanded(nodes),
            "Reads nodes, in any form, and writes each once on a line of its own.",
            [
                new("kadeploy nodes expand 'graphene-[1-10,12].site'", "Writes eleven lines."),
                new("kadeploy nodes expand -f nodes.txt 'node-[001-100]'", "The names in a file and a hundred more."),
            ]));
    }

    public override ManualPage Manual => new(
        ["kadeploy nodes fold|expand [NAMES...|-] [-f FILE] [--json]"],
        [
            "Lists of nodes are written with ranges in brackets: 'graphene-[1-10,12].site'. A name may have several ranges; digits keep "
            + "their leading zeros, so that 'node-[08-10]' is node-08, node-09 and node-10. Files have one name or range on a line; what follows "
            + "a # is a comment.",
        ],
        [
            new("kadeploy nodes fold -f nodes.txt", "Fold the names in a file."),
            new("kadeploy nodes expand 'node-[1-3]'", "Write three lines."),
        ],
        ["kadeploy nodes fold", "kadeploy nodes expand"]);
}
