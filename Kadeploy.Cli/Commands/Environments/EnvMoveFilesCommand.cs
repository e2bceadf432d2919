using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env move-files</c>.</summary>
internal sealed class EnvMoveFilesCommand : EnvironmentCommand
{
    private readonly Argument<string[]> _moves = new("MOVES") { HelpName = "OLD::NEW", Arity = ArgumentArity.OneOrMore, Description = "Old and new beginning of paths or addresses." };

    public EnvMoveFilesCommand(CommandContext context)
        : base(context, "move-files", "change where the files of all environments are") => Takes(_moves);

    public override ManualPage Manual => new(
        [$"kadeploy env move-files OLD::NEW... {CatalogOptions.Synopsis}"],
        [
            "Puts NEW into the place of OLD at the beginning of the addresses of all images and archives, in all environments of all users, for administrators. The new files have to be there; they are the same files, so the recorded SHA-256 stay. All is changed or nothing.",
        ],
        [
            new("kadeploy env move-files /srv/old::/srv/images http://old.example/::https://new.example/", "After files were moved."),
        ],
        ["kadeploy env set"]);

    protected override async Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken)
    {
        (string, string)[] moves = [.. arguments.GetValue(_moves)!.Select(Move)];
        output.Changed("changed", await environments.MoveFilesAsync(moves, CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }

    private static (string Old, string New) Move(string text) => text.Split("::") is [{ Length: > 0 } old, { Length: > 0 } now]
        ? (old, now)
        : throw new ConfigurationException($"'{Printable.Text(text)}' was given, but OLD::NEW is expected, such as /srv/old::/srv/new");
}
