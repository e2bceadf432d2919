using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env print</c>.</summary>
internal sealed class EnvPrintCommand : EnvironmentCommand
{
    private readonly Argument<string> _name = SelectionOptions.NameArgument();

    private readonly SelectionOptions _which = new();

    private readonly Option<int?> _revision = new("--revision")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, int.MaxValue), Description = "An earlier state of that version. Default: the latest.",
    };

    public EnvPrintCommand(CommandContext context)
        : base(context, "print", "print the description of an environment") => Takes(_name, _which.User, _which.Version, _which.All, _revision);

    public override ManualPage Manual => new(
        [$"kadeploy env print NAME [-u USER] [--env-version N] [-s] [--revision N] {CatalogOptions.Synopsis}"],
        [
            "Prints descriptions as they are read by 'kadeploy env add' and by Kadeploy 3, without their owners; several as several documents. Of environments with the same name, yours are preferred, unless -u names an owner.",
            "With --revision, an earlier state is printed, also of what was deleted; 'kadeploy env history' lists them.",
        ],
        [
            new("kadeploy env print debian13", "Print the newest version."),
            new("kadeploy env print debian13 --env-version 2 --revision 1", "What version 2 was at first."),
        ],
        ["kadeploy env history", "kadeploy env export", "kadeploy env diff"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        var selection = _which.Of(arguments, arguments.GetValue(_name));
        if (arguments.GetResult(_revision) is not null)
        {
            var revision = await RevisionChoice.FindAsync(environments, selection, arguments.GetValue(_revision)!.Value, cancellationToken);
            output.Print(environments, [revision.Environment], owners: false);
            return ExitCode.Ok;
        }

        var seen = await environments.ListAsync(selection, CommandContext.User, cancellationToken);
        var own = selection.Owner is null ? seen.Where(static each => each.Environment.User == CommandContext.User).ToList() : [];
        var chosen = own.Count > 0 ? own : [.. seen];
        if (chosen.Count == 0) throw new ConfigurationException($"the environment {selection} does not exist, or is not for {CommandContext.User}; 'kadeploy env list' lists those that are");
        output.Print(environments, [.. chosen.Select(static each => each.Environment)], owners: false);
        return ExitCode.Ok;
    }
}
