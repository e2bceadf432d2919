using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env delete</c>.</summary>
internal sealed class EnvDeleteCommand : EnvironmentCommand
{
    private readonly Argument<string> _name = SelectionOptions.NameArgument();

    private readonly SelectionOptions _which = new();

    private readonly Option<bool> _force = new("--force") { Description = "Delete what is in use, too." };

    public EnvDeleteCommand(CommandContext context)
        : base(context, "delete", "delete environments") => Takes(_name, _which.User, _which.Version, _which.All, _force);

    public override ManualPage Manual => new(
        [$"kadeploy env delete NAME [-u USER] [--env-version N] [-s] [--force] {CatalogOptions.Synopsis}"],
        [
            "Deletes the highest version, the one that is named, or with -s all of them. It is refused while nodes or operations use it, unless --force is given. The history stays, and goes on if the same version is added again.",
        ],
        [
            new("kadeploy env delete debian12", "Delete its highest version."),
            new("kadeploy env delete debian12 -s", "All of its versions."),
        ],
        ["kadeploy env history", "kadeploy env list"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        output.Changed("deleted", await environments.DeleteAsync(
            _which.Of(arguments, arguments.GetValue(_name)), arguments.GetValue(_force), CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
