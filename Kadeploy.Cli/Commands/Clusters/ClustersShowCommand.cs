using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Clusters;

/// <summary><c>kadeploy clusters show</c>.</summary>
internal sealed class ClustersShowCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The cluster's name." };
    private readonly InventoryAccess _access;

    public ClustersShowCommand(CommandContext context)
        : base("show", "show a cluster's settings")
    {
        _access = new(context);
        Arguments.Add(_name);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) =>
            {
                var name = arguments.GetValue(_name)!;
                output.Show(await inventory.FindClusterAsync(name, cancellationToken)
                    ?? throw new ConfigurationException($"cluster '{Printable.Text(name)}' is not known; 'kadeploy clusters list' lists those there are"));
            },
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy clusters show NAME {InventoryAccess.Synopsis}"],
        ["Writes a cluster's settings as a cluster's file without nodes, which 'kadeploy clusters import' reads again. Paths in it are full."],
        [new("kadeploy clusters show lab", "The settings of one cluster.")],
        ["kadeploy clusters set", "kadeploy clusters import", "kadeploy nodes export"]);
}
