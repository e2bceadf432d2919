using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat log</c>.</summary>
internal sealed class StatLogCommand : StatisticsCommand
{
    private const int RowsOfTable = 50;

    private readonly StatFilterOptions _filter = new();

    private readonly Option<string[]> _fields = StatFilterOptions.Many(
        "FIELDS", "The columns of tables and CSV, with commas between them; the names of kastat3 are understood too. Default: all in CSV, the main ones in tables.", "-F", "--fields");

    private readonly Option<string[]> _sort = StatFilterOptions.Many(
        "FIELDS", "The order: up to four columns; a dash before one lets the largest come first, as in --sort=-duration. Default: -start.", "--sort");

    private readonly Option<int?> _limit = new("-l", "--limit")
    {
        HelpName = "N", Description = "How many rows at most; 0 for all. Default: 50 in tables, otherwise all.",
        CustomParser = static result => OptionParsing.Integer(result, 0, int.MaxValue),
    };

    public StatLogCommand(CommandContext context)
        : base(context, "log", "list what became of each node in each operation", charts: false)
    {
        _filter.AddTo(this);
        Options.Add(_fields);
        Options.Add(_sort);
        Options.Add(_limit);
        AddCommonOptions();
    }

    public override ManualPage Manual => new(
        [$"kadeploy stat log {_filter.Synopsis} [-F FIELDS] [--sort FIELDS] [-l N] {Format.Synopsis}"],
        [
            "Lists a row for each node and operation: when the operation got the node, how it ended, and for each macro-step the instance that ran last, its limit, its retries and "
            + "fallbacks, and what it took.",
            $"The columns are {string.Join(", ", LogColumns.Names.SkipLast(4 * LogEntry.MostSteps))} and, for the macro-steps at places 1 to {LogEntry.MostSteps} of the operation, step1, step1_timeout, "
            + "step1_retries, step1_duration and so on. In CSV, durations are seconds and moments universal time; with --json, a row has everything.",
        ],
        [
            new("kadeploy stat log", "The latest 50 rows."),
            new("kadeploy stat log -m node-[1-40] --fault KA2104 --from 30d", "When these nodes did not come back from a reboot."),
            new("kadeploy stat log --sort=-retries,-duration -l 10", "The ten most laborious."),
            new("kadeploy stat log --csv -F operation,node,start,step1_duration,error --from 2026-01-01 --until 2026-01-31", "January for a spreadsheet."),
        ],
        ["kadeploy stat", "kadeploy stat rates", "kadeploy operations"]);

    protected override Question Read(ParseResult arguments, List<string> problems)
    {
        var filter = _filter.Read(arguments, Context, problems);
        var table = Format.IsTable(arguments, Context);
        var columns = Columns(arguments, table, problems);
        var sort = Sort(arguments, problems);
        var limit = arguments.GetValue(_limit) ?? (table ? RowsOfTable : 0);
        return async (_, statistics, output, cancellationToken) =>
        {
            var query = new LogQuery { Filter = filter, Sort = sort, Limit = limit == 0 ? null : limit };
            var rows = await output.WriteAsync(
                statistics.ReadLogAsync(query, cancellationToken), columns, LogLine.Of, static lines => lines.LogLine, "No row of the log is like that.", cancellationToken);
            if (arguments.GetValue(_limit) is null && rows == RowsOfTable && table) Context.Console.Error.WriteLine($"There may be more than these {RowsOfTable} rows; --limit 0 shows all.");
        };
    }

    private List<SheetColumn<LogEntry>> Columns(ParseResult arguments, bool table, List<string> problems)
    {
        var names = StatFilterOptions.List(arguments, _fields);
        if (!names.IsEmpty && arguments.GetValue(Context.Global.Json)) problems.Add("--fields chooses columns of tables and CSV; with --json a row has everything");
        var columns = new List<SheetColumn<LogEntry>>();
        foreach (var name in !names.IsEmpty ? names : [.. table ? LogColumns.OfTable : LogColumns.Names])
        {
            if (LogColumns.Find(name) is { } column) columns.Add(column);
            else problems.Add($"--fields: there is no column '{Printable.Text(name)}'; there are {string.Join(", ", LogColumns.Names)}");
        }

        return columns;
    }

    private ImmutableArray<LogOrder> Sort(ParseResult arguments, List<string> problems)
    {
        var names = StatFilterOptions.List(arguments, _sort);
        if (names.IsEmpty) return [new(LogField.Start, Descending: true)];
        var sort = ImmutableArray.CreateBuilder<LogOrder>();
        foreach (var name in names)
        {
            if (LogColumns.FindOrder(name) is { } order) sort.Add(order);
            else problems.Add($"--sort: there is no column '{Printable.Text(name)}'; there are {string.Join(", ", LogColumns.Names)}");
        }

        return sort.ToImmutable();
    }
}
