using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env list</c>.</summary>
internal sealed class EnvListCommand : EnvironmentCommand
{
    private readonly Argument<string?> _pattern = new("PATTERN") { Description = "Their names or aliases. Default: all.", Arity = ArgumentArity.ZeroOrOne };

    private readonly SelectionOptions _which = new();

    public EnvListCommand(CommandContext context)
        : base(context, "list", "list environments") => Takes(_pattern, _which.User, _which.Version, _which.All);

    public override ManualPage Manual => new(
        [$"kadeploy env list [PATTERN] [-u USER] [--env-version N] [-s] {CatalogOptions.Synopsis}"],
        [
            "Lists your environments and those that are public; administrators see all. In PATTERN, % stands for any text and _ for any character.",
            "Shared environments of others are listed when their owner is named; '-u %' names everybody.",
        ],
        [
            new("kadeploy env list", "List the newest version of each."),
            new("kadeploy env list debian% -s", "All versions of some."),
            new("kadeploy env list -u ada", "Those of a user."),
        ],
        ["kadeploy env print", "kadeploy env"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        output.List(await environments.ListAsync(_which.Of(arguments, arguments.GetValue(_pattern)), CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
