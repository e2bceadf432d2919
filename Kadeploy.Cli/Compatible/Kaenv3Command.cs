using System.CommandLine;
using System.Globalization;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Commands.Environments;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>kaenv3</c>: keeps descriptions of environments.</summary>
internal sealed class Kaenv3Command : CompatibleCommand
{
    private readonly Option<string?> _add = new("-a", "--add") { HelpName = "FILE", Description = "Record what a file or an address describes." };
    private readonly Option<string?> _delete = new("-d", "--delete") { HelpName = "NAME", Description = "Delete an environment." };
    private readonly Option<string?> _list = new("-l", "--list") { HelpName = "PATTERN", Arity = ArgumentArity.ZeroOrOne, Description = "List environments; % in a pattern stands for any text." };
    private readonly Option<string?> _print = new("-p", "--print") { HelpName = "NAME", Description = "Print the description of an environment." };
    private readonly Option<string?> _toggle = new("--toggle-destructive-tag") { HelpName = "NAME", Description = "Make destructive what is not, and the other way round." };
    private readonly Option<string?> _setVisibility = new("--set-visibility-tag") { HelpName = "NAME", Description = "Change who sees an environment; with -t." };
    private readonly Option<string?> _image = new("--update-image-checksum") { HelpName = "NAME", Description = "Compute the image's checksum anew." };
    private readonly Option<string?> _preinstall = new("--update-preinstall-checksum") { HelpName = "NAME", Description = "Compute the preinstall's checksum anew." };
    private readonly Option<string?> _postinstalls = new("--update-postinstalls-checksum") { HelpName = "NAME", Description = "Compute the postinstalls' checksums anew." };
    private readonly Option<bool> _move = new("--move-files") { Description = "Change where the files of all environments are; with -m." };

    private readonly Option<string[]> _moves = new("-m", "--files-to-move") { HelpName = "S1::D1,S2::D2", Arity = ArgumentArity.OneOrMore, Description = "For --move-files: old and new places." };
    private readonly Option<string?> _visibility = new("-t", "--visibility-tag") { HelpName = "TAG", Description = "For --set-visibility-tag: private, shared or public." };
    private readonly SelectionOptions _which = new();

    public Kaenv3Command(CommandContext context)
        : base(context, "kaenv3", "keep descriptions of systems to deploy, with the options of Kadeploy 3")
    {
        foreach (var option in new Option[] { _add, _delete, _list, _print, _toggle, _setVisibility, _image, _preinstall, _postinstalls, _move, _moves, _visibility, _which.User, _which.Version, _which.All })
            Options.Add(option);
        Idle(new Option<bool>("--secure", "--no-secure") { Description = "Without effect: nothing is exported to a server." }, null);
        AddDryRun();
    }

    public override ManualPage Manual => new(
        [
            $"kaenv3 -l [PATTERN]|-p NAME|-a FILE|-d NAME [-u USER] [--env-version N] [-s] [--secure] [--dry-run] {GenericSynopsis}",
            "kaenv3 --toggle-destructive-tag NAME|--update-image-checksum NAME|--update-preinstall-checksum NAME|--update-postinstalls-checksum NAME [-u USER] [--env-version N]",
            "kaenv3 --set-visibility-tag NAME -t TAG", "kaenv3 --move-files -m S1::D1,S2::D2",
        ],
        [
            "Does what 'kadeploy env' does, with the options and the words of Kadeploy 3, for scripts that were written for it. Options may be abbreviated word by word.",
        ],
        [new("kaenv3 -l", "List environments."), new("kaenv3 -a debian.yaml", "Record an environment."), new("kaenv3 -p debian13 -u ada", "Print one.")],
        ["kadeploy env", "kadeploy3"]);

    protected override Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Option[] operations = [_add, _delete, _list, _print, _toggle, _setVisibility, _image, _preinstall, _postinstalls, _move];
        Option[] given = [.. operations.Where(option => arguments.GetResult(option) is { Implicit: false })];
        if (given is not [var operation])
            throw new ConfigurationException(given.Length == 0 ? "you must choose an operation, such as --list or --print NAME" : $"{string.Join(" and ", given.Select(static each => each.Name))} are both there; give one of them");
        if (arguments.GetResult(_visibility) is { Implicit: false } != (operation == _setVisibility)) throw new ConfigurationException("--set-visibility-tag NAME and -t TAG go together");
        if (arguments.GetResult(_moves) is { Implicit: false } != (operation == _move)) throw new ConfigurationException("--move-files and -m go together");
        return operation == _list ? ListAsync(arguments, cancellationToken) : CarryOutAsync(Words(arguments, operation), Silent(operation), cancellationToken);
    }

    private OwnWords Words(ParseResult arguments, Option operation)
    {
        var which = new Option[] { _which.User, _which.Version, _which.All };
        if (operation == _add) return Own(arguments, "env", "add").Then(arguments.GetValue(_add)!);
        if (operation == _delete) return Own(arguments, "env", "delete").With(arguments, which).Then(arguments.GetValue(_delete)!);
        if (operation == _print) return Own(arguments, "env", "print").With(arguments, which).Then(arguments.GetValue(_print)!);
        if (operation == _move) return Own(arguments, "env", "move-files").Then(arguments.GetValue(_moves)!.SelectMany(static moves => moves.Split(',')));
        var set = Own(arguments, "env", "set").With(arguments, which);
        var changes = operation == _toggle ? set.With("--toggle-destructive", isThere: true)
            : operation == _setVisibility ? set.With("--visibility", arguments.GetValue(_visibility))
            : set.With("--update-checksums", operation == _image ? "image" : operation == _preinstall ? "preinstall" : "postinstalls");
        return changes.Then(arguments.GetValue((Option<string?>)operation)!);
    }

    private CommandContext Silent(Option operation) => operation == _print ? Context : Context with { Console = new SilentConsole(Context.Console) };

    private async Task<ExitCode> ListAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var host = await new CatalogOptions(Context, Config, State).OpenAsync(arguments, cancellationToken);
        var found = await host.Catalogs.Environments.ListAsync(_which.Of(arguments, arguments.GetValue(_list)), CommandContext.User, cancellationToken);
        var output = Context.Console.Output;
        if (found.Length == 0)
        {
            output.WriteLine("No environment has been found.");
            return ExitCode.Ok;
        }

        output.WriteLine(Line("Name", "Version", "User", "Description"));
        output.WriteLine(Line("####", "#######", "####", "###########"));
        foreach (var each in found.Select(static each => each.Environment))
            output.WriteLine(Line(each.Name, each.Version.ToString(CultureInfo.InvariantCulture), each.User, each.Description.ReplaceLineEndings(" ")));
        return ExitCode.Ok;
    }

    private static string Line(string name, string version, string user, string description) =>
        $"{Cell(name, 21)} {Cell(version, 7)} {Cell(user, 11)} {Cut(description, 38)}".TrimEnd();

    // Names are what scripts cut out, so they are never shortened.
    private static string Cell(string text, int width) => Printable.Text(text).PadRight(width);

    private static string Cut(string text, int width) => Printable.Text(text) is { Length: var length } shown && length > width ? string.Concat(shown.AsSpan(0, width - 3), "...") : Printable.Text(text);
}
