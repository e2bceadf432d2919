using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env history</c>.</summary>
internal sealed class EnvHistoryCommand : EnvironmentCommand
{
    private readonly Argument<string> _name = SelectionOptions.NameArgument();

    private readonly SelectionOptions _which = new();

    public EnvHistoryCommand(CommandContext context)
        : base(context, "history", "show all that an environment ever was") => Takes(_name, _which.User, _which.Version);

    public override ManualPage Manual => new(
        [$"kadeploy env history NAME [-u USER] [--env-version N] {CatalogOptions.Synopsis}"],
        [
            "Lists the revisions of one version: who changed what, and when. Nothing of it is ever lost, not even when the environment is deleted. 'kadeploy env print --revision N' prints one of them.",
        ],
        [
            new("kadeploy env history debian13 --env-version 2", "The revisions of version 2."),
        ],
        ["kadeploy env print", "kadeploy env diff"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        output.History(environments, await environments.HistoryAsync(_which.Of(arguments, arguments.GetValue(_name)), CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
