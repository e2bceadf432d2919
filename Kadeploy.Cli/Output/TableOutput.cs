using Spectre.Console;

namespace Kadeploy.Cli.Output;

/// <summary>Writes results for people: lines and tables.</summary>
/// <remarks>Spectre's objects are made when the first table is, because short commands need none.</remarks>
/// <param name="writer">Standard output.</param>
/// <param name="screen">What it can show.</param>
internal sealed partial class TableOutput(TextWriter writer, ScreenSettings screen) : IOutput
{
    private const int WidthOfFiles = 120;

    private IAnsiConsole? _ansi;

    public bool StreamsEvents => false;

    private IAnsiConsole Ansi => _ansi ??= (screen.OutputIsTerminal ? screen : screen with { Width = WidthOfFiles })
        .Ansi(writer, screen.OutputIsTerminal);

    public void Event(OperationEvent happened) => writer.WriteLine(EventWording.Line(happened));

    public void Operations(IReadOnlyList<Operation> operations)
    {
        var table = Table("Operation", "Kind", "User", "State", "Planned", "Nodes", "Result");
        table.Columns[0].NoWrap();
        table.Columns[4].NoWrap();
        table.Columns[5].RightAligned();
        foreach (var operation in operations)
            table.AddRow(
                Cell(operation.Id.Value), Cell(Kind(operation)), Cell(operation.User), Cell(State(operation.State)),
                Cell(Wording.Moment(operation.PlannedAt)), Cell(Wording.Number(operation.Nodes)), Cell(Wording.Results(operation.Results)));
        if (operations.Count > 0) Ansi.Write(table);
        else writer.WriteLine("There are no operations.");
    }

    public void Operation(Operation operation)
    {
        (string Name, string Value)[] rows =
        [
            ("Operation", operation.Id.Value),
            ("Kind", Kind(operation)),
            ("User", operation.User),
            ("Environment", operation.Environment),
            ("State", State(operation.State)),
            ("Planned", Wording.Moment(operation.PlannedAt)),
            ("Finished", operation.FinishedAt is { } end ? Wording.Moment(end) : ""),
            ("Nodes", Wording.Number(operation.Nodes)),
            ("Result", Wording.Results(operation.Results)),
        ];
        foreach (var (name, value) in rows)
            if (value.Length > 0) writer.WriteLine($"{name,-12} {value}");
    }

    public void Report(RunReport report)
    {
        if (report.Operation is null) return; // what there is to say was said on standard error
        new ReportTables(writer, () => Ansi).Write(report);
    }

    public void CancelRequested(OperationId operation) => writer.WriteLine($"{operation} is asked to cancel.");

    public void Detached(OperationId operation, string log, string options)
    {
        writer.WriteLine(operation.Value);
        writer.WriteLine($"It goes on by itself and writes to {log}; follow it with:");
        writer.WriteLine($"  kadeploy operations {operation} --follow{options}");
    }

    public void Power(OperationEvent.NodeFinished end) => writer.WriteLine(end switch
    {
        { State: NodeState.Ok, Facts.Power: { } power } => $"{end.Node}: {power.ToString().ToLowerInvariant()}",
        { Fault: { } fault } => $"{end.Node}: unknown ({fault.Code}: {Printable.Text(fault.Message)})",
        _ => $"{end.Node}: unknown",
    });

    public void ConsoleLine(NodeName node, string line) => writer.WriteLine(line);

    public void Plan(OperationPlan plan) => PlanText.Write(plan, writer);

    public void Cluster(string name, IReadOnlyList<NodeName> nodes, IReadOnlyList<string> missing)
    {
        writer.WriteLine($"{name}: {Wording.Nodes(nodes.Count)}, {NodeNames.Fold(nodes)}");
        foreach (var line in missing) writer.WriteLine($"  {line}");
    }

    public void Folded(IReadOnlyList<NodeName> nodes) => writer.WriteLine(NodeNames.Fold(nodes));

    public void Expanded(IReadOnlyList<NodeName> nodes)
    {
        foreach (var node in nodes) writer.WriteLine(node.Value);
    }

    public void Flush() => writer.Flush();

    /// <summary>Makes an empty table in the house's style.</summary>
    /// <param name="columns">The columns' titles.</param>
    /// <returns>The table.</returns>
    internal static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in columns) table.AddColumn(new TableColumn(new Text(title, new(decoration: Decoration.Bold))));
        return table;
    }

    /// <summary>Makes a cell of plain text; brackets in it are no markup.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The cell.</returns>
    internal static Text Cell(string text) => new(text);

    private static string Kind(Operation operation)
    {
        var kind = operation.Kind switch
        {
            OperationKind.Deployment => "deployment",
            OperationKind.Reboot => "reboot",
            OperationKind.Power => "power",
            OperationKind.Console => "console",
            _ => operation.Kind.ToString(),
        };
        return operation.Simulated ? "simulated " + kind : kind;
    }

    private static string State(OperationState state) => state switch
    {
        OperationState.Running => "unfinished",
        OperationState.Finished => "finished",
        OperationState.Cancelled => "cancelled",
        _ => state.ToString(),
    };
}
