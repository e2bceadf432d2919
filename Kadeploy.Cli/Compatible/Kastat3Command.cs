using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Commands.Statistics;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output.Statistics;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>kastat3</c>: tells what became of nodes.</summary>
internal sealed class Kastat3Command : CompatibleCommand
{
    private static readonly ImmutableArray<string> Fields =
    [
        "wid", "user", "hostname", "step1", "step2", "step3", "timeout_step1", "timeout_step2", "timeout_step3", "retry_step1", "retry_step2", "retry_step3", "start",
        "step1_duration", "step2_duration", "step3_duration", "env", "md5", "success", "error",
    ];

    private readonly Option<bool> _all = new("-a", "--all") { Description = "List what became of each node in each operation. This is the default." };

    private readonly Option<double?> _rate = new("-b", "--failure-rate")
    {
        HelpName = "RATE", Arity = ArgumentArity.ZeroOrOne, CustomParser = static result => result.Tokens.Count == 0 ? 0 : OptionParsing.Share(result),
        Description = "Tell how often nodes fail; with a number, only of those that fail as often or more.",
    };

    private readonly StatFilterOptions _filter = new();

    private readonly Option<string[]> _fields = StatFilterOptions.Many("FIELDS", $"What is listed, with commas between: {string.Join(", ", Fields)}. Default: all.", "-F", "--fields");

    private readonly Option<string[]> _sort = StatFilterOptions.Many("FIELDS", "The order, with commas between. Default: start.", "--sort");

    private readonly Option<int?> _limit = new("-l", "--limit")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, int.MaxValue), Description = "How many rows at most. Default: all.",
    };

    public Kastat3Command(CommandContext context)
        : base(context, "kastat3", "tell what became of nodes, with the options of Kadeploy 3")
    {
        Options.Add(_all);
        Options.Add(_rate);
        _filter.AddTo(this);
        foreach (var option in new Option[] { _fields, _sort, _limit }) Options.Add(option);
        AddDryRun();
    }

    public override ManualPage Manual => new(
        [$"kastat3 [-a|-b [RATE]] {_filter.Synopsis} [-F FIELDS] [--sort FIELDS] [-l N] [--dry-run] {GenericSynopsis}"],
        [
            "Does what 'kadeploy stat log' and 'kadeploy stat rates' do, with the options and the words of Kadeploy 3, for scripts that were written for it: fields with commas between and no "
            + "quotation marks, moments in seconds since 1970, durations in whole seconds. Options may be abbreviated word by word.",
            "md5 is empty; 'kadeploy stat log' has the SHA-256. docs/from-kadeploy3.md lists all differences.",
        ],
        [
            new("kastat3 -o deploy -F hostname,start,success,error --sort hostname", "What became of nodes."),
            new("kastat3 -b 0.2", "Nodes that failed in one of five operations or more."),
        ],
        ["kadeploy stat log", "kadeploy stat rates"]);

    protected override async Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var asksRate = arguments.GetResult(_rate) is { Implicit: false };
        if (asksRate && arguments.GetValue(_all)) problems.Add("--all and --failure-rate are both there; give one of them");
        var filter = _filter.Read(arguments, Context, problems);
        var fields = StatFilterOptions.List(arguments, _fields) is { IsEmpty: false } named ? named : Fields;
        foreach (var field in fields.Except(Fields)) problems.Add($"there is no field '{Printable.Text(field)}'; there are {string.Join(", ", Fields)}");
        var sort = StatFilterOptions.List(arguments, _sort);
        var orders = sort.Select(static name => LogColumns.FindOrder(name)).OfType<LogOrder>().ToImmutableArray();
        if (orders.Length < sort.Length) problems.Add($"--sort names what is no field; there are {string.Join(", ", Fields)}");
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        var directory = State.Directory(arguments);
        StateDirectory.RequireState(directory);
        await using var host = await Context.Engines.OpenCatalogsAsync(new() { StateDirectory = directory }, cancellationToken);
        if (asksRate)
        {
            foreach (var rate in await host.Catalogs.Statistics.GetFailureRatesAsync(filter, StatisticsKeys.Node, arguments.GetValue(_rate) ?? 0, cancellationToken))
                Context.Console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rate.Group.Node}: {Math.Round(rate.Rate, 3)}"));
            return ExitCode.Ok;
        }

        var query = new LogQuery { Filter = filter, Sort = orders.IsEmpty ? [new(LogField.Start)] : orders, Limit = arguments.GetValue(_limit) };
        await foreach (var row in host.Catalogs.Statistics.ReadLogAsync(query, cancellationToken))
            Context.Console.Output.WriteLine(string.Join(',', fields.Select(field => Value(row, field))));
        return ExitCode.Ok;
    }

    private static string Value(LogEntry row, string field) => field switch
    {
        "wid" => row.Operation.Value,
        "user" => Printable.Text(row.User),
        "hostname" => row.Node.Value,
        "start" => row.Start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        "env" => Printable.Text(row.Environment),
        "md5" => "",
        "success" => row.State is NodeState.Ok or NodeState.Stopped ? "true" : "false",
        "error" => Printable.Text(row.Error ?? ""),
        _ => OfStep(row.Steps.ElementAtOrDefault(field.First(char.IsAsciiDigit) - '1'), field),
    };

    private static string OfStep(LogStep? step, string field) => (step, field[..2]) switch
    {
        (null, _) => "",
        (_, "ti") => Seconds(step.Limit),
        (_, "re") => step.Retries.ToString(CultureInfo.InvariantCulture),
        _ => field.EndsWith("_duration", StringComparison.Ordinal) ? Seconds(step.Duration) : step.Instance.Value,
    };

    private static string Seconds(TimeSpan? time) => time is { } known ? Math.Round(known.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "";
}
