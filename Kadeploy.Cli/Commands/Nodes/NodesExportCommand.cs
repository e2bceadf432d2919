using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary><c>kadeploy nodes export</c>.</summary>
internal sealed class NodesExportCommand : CliCommand
{
    private readonly NodeFilterOptions _filter = new();
    private readonly FormatOption _format = new("How the list is written: yaml or csv. Default: by the file's name, yaml for others than *.csv.");
    private readonly Option<string?> _file = new("-o", "--output") { HelpName = "FILE", Description = "The file that receives the list. Default: standard output." };
    private readonly InventoryAccess _access;

    public NodesExportCommand(CommandContext context)
        : base("export", "write nodes as a list that can be imported")
    {
        _access = new(context);
        _filter.AddTo(this);
        Options.Add(_format);
        Options.Add(_file);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, _) =>
            {
                var file = arguments.GetValue(_file);
                var text = await inventory.ExportAsync(
                    await _filter.ReadAsync(arguments, context.Console.Input, cancellationToken), _format.Of(arguments, file is null ? [] : [file]), cancellationToken);
                if (file is null) await context.Console.Output.WriteAsync(text);
                else await File.WriteAllTextAsync(file, text, cancellationToken);
            },
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy nodes export {NodeFilterOptions.Synopsis} [--format yaml|csv] [-o FILE] {InventoryAccess.Synopsis}"],
        [
            "Writes nodes, those of files too, as a list that 'kadeploy nodes import' reads as it was: everything that is recorded of them, and nothing of what the journal knows. "
            + "Passwords of controllers are not recorded, only where they are.",
        ],
        [
            new("kadeploy nodes export -o nodes.csv", "All nodes, for a spreadsheet."),
            new("kadeploy nodes export --cluster lab --tag rack=r7", "Some of them as YAML."),
        ],
        ["kadeploy nodes import", "kadeploy nodes list"]);
}
