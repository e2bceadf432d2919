using Kadeploy.Cli.Commands.Nodes;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy nodes</c>: works on lists of nodes.</summary>
internal sealed class NodesCommand : CliCommand
{
    public NodesCommand(CommandContext context)
        : base("nodes", "list and change nodes; fold and expand lists of them")
    {
        Subcommands.Add(new NodesListingCommand(
            context, "list", "list nodes and how they stand", static (output, nodes) => output.List(nodes), "Lists nodes, of files and of the store, and how each stands.",
            [
                new("kadeploy nodes list lab-[1-40] --condition failed,busy", "Those of forty nodes that failed or are busy."),
                new("kadeploy nodes list --environment debian13 --tag rack=r7 --json", "Where an environment is deployed in one rack, for a program."),
            ]));
        Subcommands.Add(new NodesListingCommand(
            context, "show", "show everything that is known of nodes", static (output, nodes) => output.Show(nodes),
            "Shows everything that is recorded of nodes, where they are defined, who has them, what came of the last operation and what is deployed.",
            [new("kadeploy nodes show lab-7", "Everything about one node.")]));
        Subcommands.Add(new NodesAddCommand(context));
        Subcommands.Add(new NodesSetCommand(context));
        Subcommands.Add(new NodesRemoveCommand(context));
        Subcommands.Add(new NodesImportCommand(context));
        Subcommands.Add(new NodesExportCommand(context));
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
        ["kadeploy nodes list|show|export [NAMES...] [OPTIONS]", "kadeploy nodes add|set|remove|import ...", "kadeploy nodes fold|expand [NAMES...|-] [-f FILE] [--json]"],
        [
            "Nodes are defined in the files of clusters, or in the store, where these commands change them. What became of each is known from the journal.",
            "Lists of nodes are written with ranges in brackets: 'graphene-[1-10,12].site'. A name may have several ranges; digits keep "
            + "their leading zeros, so that 'node-[08-10]' is node-08, node-09 and node-10. Files have one name or range on a line; what follows "
            + "a # is a comment.",
        ],
        [
            new("kadeploy nodes list", "All nodes and how they stand."),
            new("kadeploy nodes add lab-[1-40] --cluster lab --address 10.0.0.[1-40]", "Forty new ones."),
            new("kadeploy nodes fold -f nodes.txt", "Fold the names in a file."),
        ],
        ["kadeploy nodes list", "kadeploy nodes add", "kadeploy nodes import", "kadeploy nodes fold", "kadeploy nodes expand", "kadeploy clusters"]);
}
