using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env add</c>.</summary>
internal sealed class EnvAddCommand : EnvironmentCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "The descriptions: a file, an address of http or https, or '-' for standard input." };

    private readonly Option<bool> _noChecksums = new("--no-checksums")
    {
        Description = "Fetch nothing and record no SHA-256 but those in the descriptions. Default: files are fetched, and what they are is recorded.",
    };

    public EnvAddCommand(CommandContext context)
        : base(context, "add", "record environments") => Takes(_file, _noChecksums);

    public override ManualPage Manual => new(
        [$"kadeploy env add FILE|URL|- [--no-checksums] {CatalogOptions.Synopsis}"],
        [
            "Reads descriptions, one or more in a file, and records them in the catalogue: all of them or none. Everything is checked before; what is wrong is told with line and field.",
            "The image and the archives are fetched and their SHA-256 is recorded, so that each later deployment gets exactly these files. One that is there already is refused; raise its version, change it with 'kadeploy env set', or use 'kadeploy env import --replace'.",
            "You own what you add, whatever the description says; only administrators add environments of others. Only environments of administrators may be public.",
        ],
        [
            new("kadeploy env add debian.yaml", "Record what a file describes."),
            new("kadeploy env add https://images.example/debian.yaml", "The same of a file on a server."),
        ],
        ["kadeploy env", "kadeploy env import", "kadeploy env set", "kadeploy env verify"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var text = await new InputText(Context.Console.Input).ReadAsync("description", file, cancellationToken);
        var described = await environments.ReadAsync(text, file, CommandContext.User, cancellationToken);
        output.Changed("added", await environments.AddAsync(described, !arguments.GetValue(_noChecksums), CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
