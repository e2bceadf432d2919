using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary>The options that say which rows of the log count; the names are those of kastat3, with longer ones beside them.</summary>
internal sealed class StatFilterOptions
{
    private readonly Option<string[]> _machines = Many("NODES", "Nodes: names and ranges such as node-[1-10,12]. Default: all.", "-m", "--machine");

    private readonly Option<string[]> _files = Many("FILE", "A file with nodes, one name or range on a line; '-' is standard input.", "-f", "--file");

    private readonly Option<string[]> _users = Many("USER", "Users who asked for the operations. Default: all.", "-u", "--user");

    private readonly Option<string[]> _kinds = Many("KIND", "Kinds of operations: deploy, reboot, power and so on. Default: all; in failure rates all but consoles and questions for power.", "-o", "--operation");

    private readonly Option<string[]> _clusters = Many("CLUSTER", "Clusters. Default: all.", "-c", "--cluster");

    private readonly Option<string[]> _environments = Many("ENV", "Environments: a name for all its versions, or name:version. Default: all.", "-e", "--environment");

    private readonly Option<string[]> _faults = Many("CODE", "Codes of the faults with which nodes ended, such as KA2104. Default: all, and none.", "--fault");

    private readonly Option<string?> _from = new("-x", "--from", "--date-min")
    {
        HelpName = "WHEN", Description = $"Nodes that started then or later: {Moments.Forms}. Of a day without a time, its beginning. Default: since ever.",
    };

    private readonly Option<string?> _until = new("-y", "--until", "--date-max")
    {
        HelpName = "WHEN", Description = "Nodes that started before; of a day without a time, its end. Default: until now.",
    };

    private readonly Option<OperationId?> _operation = new("-w", "--workflow-id")
    {
        HelpName = "ID", Description = "One operation.", CustomParser = static result => OptionParsing.Operation(result),
    };

    private readonly Option<int> _minimumRetries = new("-r", "--min-retries")
    {
        HelpName = "N", Description = "Nodes with so many retries and fallbacks in a macro-step, or more. Default: 0.",
        CustomParser = static result => OptionParsing.Integer(result, 0, int.MaxValue),
    };

    private readonly Option<string[]> _retrySteps = Many("1,2,3", "The macro-steps, by their place, that must all have had the retries of --min-retries. Default: any one.", "-s", "--retry-steps");

    private readonly Option<bool> _simulated = new("--simulated") { Description = "Look at operations on simulated nodes instead of those on real ones." };

    private readonly bool _withPeriod;

    /// <summary>Makes the options.</summary>
    /// <param name="withPeriod">Whether with those that say when.</param>
    public StatFilterOptions(bool withPeriod = true) => _withPeriod = withPeriod;

    /// <summary>Gets the synopsis of these options.</summary>
    public string Synopsis =>
        "[-m NODES] [-f FILE] [-c CLUSTER] [-e ENV] [-u USER] [-o KIND] [--fault CODE] " + (_withPeriod ? "[--from WHEN] [--until WHEN] " : "")
        + "[-w ID] [-r N] [-s 1,2,3] [--simulated]";

    /// <summary>Gives the name of a kind of operation.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>For example <c>deployment</c>.</returns>
    public static string NameOf(OperationKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        Option[] options = [_machines, _files, _clusters, _environments, _users, _kinds, _faults, .. _withPeriod ? new[] { _from, _until } : [], _operation, _minimumRetries, _retrySteps, _simulated];
        foreach (var option in options) command.Options.Add(option);
    }

    /// <summary>Reads the filter.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">What the command was given.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The filter; when something is wrong, as much of it as could be read.</returns>
    public StatisticsFilter Read(ParseResult arguments, CommandContext context, List<string> problems)
    {
        var moments = new Moments(context.Clock);
        return new()
        {
            Nodes = Nodes(arguments, context.Console.Input, problems),
            Users = List(arguments, _users),
            Clusters = List(arguments, _clusters),
            Environments = List(arguments, _environments),
            Kinds = [.. List(arguments, _kinds).Select(name => Kind(name, problems)).OfType<OperationKind>()],
            Faults = [.. List(arguments, _faults).Select(name => Fault(name, problems)).OfType<FaultCode>()],
            From = _withPeriod ? moments.Read(arguments, _from, "--from", problems) : null,
            Until = _withPeriod ? moments.Read(arguments, _until, "--until", problems) : null,
            Operation = arguments.GetValue(_operation),
            MinimumRetries = arguments.GetValue(_minimumRetries),
            RetrySteps = [.. List(arguments, _retrySteps).Select(text => Step(text, problems)).OfType<int>()],
            Simulated = arguments.GetValue(_simulated),
        };
    }

    /// <summary>Says that there is nothing.</summary>
    /// <param name="filter">What was asked for.</param>
    /// <param name="nothing">The words, without a full stop.</param>
    /// <returns>A sentence, with what else there may be.</returns>
    public static string Nothing(StatisticsFilter filter, string nothing) =>
        filter.Simulated ? $"{nothing}." : $"{nothing}. Simulated nodes are shown with --simulated.";

    /// <summary>Gives the values of an option that may be given several times, each a list with commas.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="option">The option.</param>
    /// <returns>The values.</returns>
    public static ImmutableArray<string> List(ParseResult arguments, Option<string[]> option) =>
        [.. (arguments.GetValue(option) ?? []).SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Makes an option that may be given several times.</summary>
    /// <param name="value">What its value is called.</param>
    /// <param name="description">Its description.</param>
    /// <param name="name">Its first name.</param>
    /// <param name="aliases">Its other names.</param>
    /// <returns>The option.</returns>
    public static Option<string[]> Many(string value, string description, string name, params string[] aliases) => new(name, aliases)
    {
        HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
    };

    private static OperationKind? Kind(string name, List<string> problems)
    {
        foreach (var kind in Enum.GetValues<OperationKind>())
            if (string.Equals(NameOf(kind), name == "deploy" ? "deployment" : name, StringComparison.OrdinalIgnoreCase)) return kind;
        problems.Add($"--operation: '{Printable.Text(name)}' was given, but one of deploy, {string.Join(", ", Enum.GetValues<OperationKind>().Select(NameOf))} is expected");
        return null;
    }

    private static FaultCode? Fault(string name, List<string> problems)
    {
        if (FaultCode.TryParse(name, null, out var code)) return code;
        problems.Add($"--fault: '{Printable.Text(name)}' is no fault code; they look like KA2104");
        return null;
    }

    private static int? Step(string text, List<string> problems)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= LogEntry.MostSteps) return step;
        problems.Add($"--retry-steps: '{Printable.Text(text)}' is no macro-step; they are numbered from 1 to {LogEntry.MostSteps}");
        return null;
    }

    private NodeSet? Nodes(ParseResult arguments, TextReader input, List<string> problems)
    {
        if (arguments.GetValue(_machines) is not { Length: > 0 } && arguments.GetValue(_files) is not { Length: > 0 }) return null;
        var names = new List<NodeName>();
        foreach (var text in arguments.GetValue(_machines) ?? []) Add(() => NodeSet.Parse(text));
        foreach (var file in arguments.GetValue(_files) ?? [])
            Add(() =>
            {
                if (file == "-") return NodeSet.ReadFrom(input, file);
                using var reader = new StreamReader(file);
                return NodeSet.ReadFrom(reader, file);
            });
        return names.Count > 0 ? NodeSet.From(names) : problems.Count > 0 ? null : NodeSet.Empty;

        void Add(Func<NodeSet> read)
        {
            try
            {
                names.AddRange(read());
            }
            catch (FormatException wrong)
            {
                problems.Add(wrong.Message);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                problems.Add($"a list of nodes cannot be read: {unreadable.Message}");
            }
        }
    }
}
