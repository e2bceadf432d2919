using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Clusters;

/// <summary><c>kadeploy clusters import</c>.</summary>
internal sealed class ClustersImportCommand : CliCommand
{
    private readonly Argument<string[]> _files = new("FILES") { Description = "Files of clusters; '-' is standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything and say what would change; change nothing." };
    private readonly InventoryAccess _access;

    public ClustersImportCommand(CommandContext context)
        : base("import", "take files of clusters into the store")
    {
        _access = new(context);
        Arguments.Add(_files);
        Options.Add(_dryRun);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => output.Changes(await inventory.ImportClustersAsync(
                [.. await InventoryFiles.ReadAsync(arguments.GetValue(_files) ?? [], context.Console.Input, cancellationToken)],
                arguments.GetValue(_dryRun), CommandContext.User, cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy clusters import FILES... [--dry-run] {InventoryAccess.Synopsis}"],
        [
            "Takes clusters into the store with the nodes in their files. Clusters that are there get the settings of their files; of their nodes, those in the files are recorded anew and the "
            + "others stay. It is one transaction: all, or nothing; everything that is wrong is listed with file and line. Paths become full; comments are not kept.",
            "A cluster is defined in one place only: take the file out of 'clusters' in kadeploy.yml first. Only administrators may do this.",
        ],
        [
            new("kadeploy clusters import /etc/kadeploy/clusters/lab.yml --dry-run", "Say what would change."),
            new("kadeploy clusters show lab | sed 's/port: 623/port: 6230/' | kadeploy clusters import -", "Change settings with a text tool."),
        ],
        ["kadeploy clusters show", "kadeploy nodes import", "kadeploy config check"]);
}
