using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env diff</c>.</summary>
internal sealed class EnvDiffCommand : EnvironmentCommand
{
    private readonly Argument<string> _name = SelectionOptions.NameArgument();

    private readonly SelectionOptions _which = new();

    private readonly Option<int?> _version = new("--with-version")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, int.MaxValue), Description = "Compare with this version.",
    };

    private readonly Option<int?> _revision = new("--with-revision")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, int.MaxValue), Description = "Compare with this earlier state.",
    };

    private readonly Option<string?> _file = new("--with-file") { HelpName = "FILE", Description = "Compare with the description in a file, at an address, or of standard input ('-')." };

    public EnvDiffCommand(CommandContext context)
        : base(context, "diff", "compare descriptions of an environment") => Takes(_name, _which.User, _which.Version, _version, _revision, _file);

    public override ManualPage Manual => new(
        [$"kadeploy env diff NAME [-u USER] [--env-version N] [--with-version N] [--with-revision N] [--with-file FILE] {CatalogOptions.Synopsis}"],
        [
            "Shows the fields in which an environment differs from another version of it, from an earlier state, or from a description in a file; without these, what its last change was. The exit code is 0 whether or not there are differences.",
        ],
        [
            new("kadeploy env diff debian13", "What was changed last."),
            new("kadeploy env diff debian13 --env-version 3 --with-version 2", "What came from version 2 to 3."),
            new("kadeploy env diff debian13 --with-file debian.yaml", "What 'kadeploy env set --file debian.yaml' would change."),
        ],
        ["kadeploy env history", "kadeploy env print"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        var selection = _which.Of(arguments, arguments.GetValue(_name));
        var one = (await environments.FindAsync(selection, CommandContext.User, cancellationToken)).Environment;
        var itself = new EnvironmentSelection { Name = one.Name, Owner = one.User, Version = one.Version };
        if (arguments.GetValue(_file) is { } file)
        {
            var text = await new InputText(Context.Console.Input).ReadAsync("description", file, cancellationToken);
            var described = await environments.ReadAsync(text, file, CommandContext.User, cancellationToken);
            output.Differences(one, environments.Compare(one, described[0]));
            return ExitCode.Ok;
        }

        KaEnvironment? other = null;
        if (arguments.GetResult(_version) is not null)
            other = (await environments.FindAsync(itself with { Version = arguments.GetValue(_version) }, CommandContext.User, cancellationToken)).Environment;
        else if (arguments.GetResult(_revision) is not null || one.Revision > 1)
        {
            var revision = arguments.GetResult(_revision) is null ? one.Revision - 1 : arguments.GetValue(_revision)!.Value;
            other = (await RevisionChoice.FindAsync(environments, itself, revision, cancellationToken)).Environment;
        }

        output.Differences(one, other is null ? [] : environments.Compare(other, one));
        return ExitCode.Ok;
    }
}
