using System.CommandLine;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Commands.Rights;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>karights3</c>: gives and takes rights.</summary>
internal sealed class Karights3Command : CompatibleCommand
{
    private readonly Option<bool> _add = new("-a", "--add") { Description = "Give a user rights on nodes." };
    private readonly Option<bool> _delete = new("-d", "--delete") { Description = "Take rights away, and stop what is done by them." };
    private readonly Option<bool> _list = new("-l", "--list") { Description = "List rights." };
    private readonly Option<bool> _overwrite = new("-o", "--overwrite-rights") { Description = "With --add: take from others what they have there." };
    private readonly RightsOptions _what;
    private readonly List<Option> _same;

    public Karights3Command(CommandContext context)
        : base(context, "karights3", "give and take rights on nodes, with the options of Kadeploy 3")
    {
        foreach (var option in new[] { _add, _delete, _list, _overwrite }) Options.Add(option);
        _what = new(
            context, "Whose rights: a user, or @GROUP.", "The nodes: names and ranges, or '*' for all. May be given several times. Default: all.",
            "A disk or partition, such as /dev/sda3, or '*' for all. May be given several times. Default: all.");
        var others = Options.Count;
        _what.AddTo(this);
        _same = [.. Options.Skip(others)];
        AddDryRun();
    }

    public override ManualPage Manual => new(
        [$"karights3 -a|-d|-l [-u USER] [-m NODES] [-f FILE] [-p DEV] [-o] [--dry-run] {GenericSynopsis}"],
        [
            "Does what 'kadeploy rights' does, with the options and the words of Kadeploy 3, for scripts that were written for it. Options may be abbreviated word by word.",
            "Giving a right that is there, and taking one that is not, changes nothing and is no error. docs/from-kadeploy3.md lists all differences.",
        ],
        [
            new("karights3 -a -u alice -f nodes.txt -p /dev/sda3", "Give a user a partition of some nodes."),
            new("karights3 -d -u alice", "Take everything away."),
            new("karights3 -l", "List all rights."),
        ],
        ["kadeploy rights", "kadeploy3"]);

    protected override Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Option<bool>[] given = [.. new[] { _add, _delete, _list }.Where(option => arguments.GetValue(option))];
        if (given is not [var operation]) throw new ConfigurationException("give exactly one of --add, --delete and --list");
        if (arguments.GetValue(_overwrite) && operation != _add) throw new ConfigurationException("-o goes with --add");
        if (operation == _list) return ListAsync(arguments, cancellationToken);
        if (arguments.GetValue(_what.User) is null) throw new ConfigurationException("it is not said whose rights are meant; name a user with -u");
        var words = Own(arguments, "rights", operation == _add ? "grant" : "revoke").With(arguments, _same).With("--overwrite", arguments.GetValue(_overwrite));
        var everywhere = operation == _add && !_same.Any(option => option.Name is "-m" or "-f" && arguments.GetResult(option) is { Implicit: false });
        return CarryOutAsync(everywhere ? words.With("-m", "*") : words, Context with { Console = new SilentConsole(Context.Console) }, cancellationToken);
    }

    private async Task<ExitCode> ListAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var nodes = await _what.NodesAsync(arguments, problems, cancellationToken);
        var principal = _what.Principal(arguments, problems);
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        await using var host = await Context.Engines.OpenCatalogsAsync(new() { StateDirectory = State.Directory(arguments), Site = Config.ReadOutline(arguments) }, cancellationToken);
        var rights = await host.Catalogs.Rights.ListAsync(new(principal, nodes), CommandContext.User, cancellationToken);
        var output = Context.Console.Output;
        if (rights.IsEmpty)
        {
            output.WriteLine("No rights have been given.");
            return ExitCode.Ok;
        }

        output.WriteLine(Line("User", "Node", "Partitions"));
        output.WriteLine(Line("####", "####", "##########"));
        foreach (var group in rights.GroupBy(static right => (right.Principal, right.Scope)))
            output.WriteLine(Line(Printable.Text(group.Key.Principal.Value), group.Key.Scope.Value, string.Join(", ", group.Select(static right => right.Part.Value).Distinct())));
        return ExitCode.Ok;
    }

    private static string Line(string user, string node, string parts) => $"{user,-15} {node,-41} {parts}";
}
