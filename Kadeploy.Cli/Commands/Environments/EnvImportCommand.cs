using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env import</c>.</summary>
internal sealed class EnvImportCommand : EnvironmentCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "The descriptions: a file, an address of http or https, or '-' for standard input." };

    private readonly Option<bool> _replace = new("--replace") { Description = "Give those that are there with another description a new revision." };

    private readonly Option<bool> _noChecksums = new("--no-checksums")
    {
        Description = "Fetch nothing and record no SHA-256 but those in the descriptions. Default: files are fetched, and what they are is recorded.",
    };

    public EnvImportCommand(CommandContext context)
        : base(context, "import", "record environments, or bring them to their descriptions") => Takes(_file, _replace, _noChecksums);

    public override ManualPage Manual => new(
        [$"kadeploy env import FILE|URL|- [--replace] [--no-checksums] {CatalogOptions.Synopsis}"],
        [
            "Records all environments of a file that are not there yet; those that are there as they are described stay as they are. It does all of it or nothing, and may be repeated.",
            "With --replace, those that are there with another description get a new revision; without it, they are refused with the names of the fields that differ.",
        ],
        [
            new("kadeploy env import all.yaml --replace", "Bring the catalogue to what 'kadeploy env export' wrote elsewhere."),
        ],
        ["kadeploy env export", "kadeploy env add"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var text = await new InputText(Context.Console.Input).ReadAsync("description", file, cancellationToken);
        var described = await environments.ReadAsync(text, file, CommandContext.User, cancellationToken);
        var done = await environments.ImportAsync(described, arguments.GetValue(_replace), !arguments.GetValue(_noChecksums), CommandContext.User, cancellationToken);
        output.Changed("added", done.Added);
        output.Changed("changed", done.Changed);
        output.Changed("unchanged", done.Unchanged);
        return ExitCode.Ok;
    }
}
