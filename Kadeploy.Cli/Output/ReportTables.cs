using Kadeploy.Cli.Progress;
using Kadeploy.Progress;
using Spectre.Console;

namespace Kadeploy.Cli.Output;

/// <summary>Shows people what a run came to: how nodes ended, why some failed and what to do, and where the time went.</summary>
/// <param name="writer">Standard output.</param>
/// <param name="ansi">Gives the console for tables.</param>
internal sealed class ReportTables(TextWriter writer, Func<IAnsiConsole> ansi)
{
    /// <summary>Writes a report.</summary>
    /// <param name="report">The report, of an operation.</param>
    public void Write(RunReport report)
    {
        var operation = report.Operation!;
        var verb = operation.State is OperationState.Cancelled ? "was cancelled" : "finished";
        writer.WriteLine($"Operation {operation.Id} {verb}: {Wording.Nodes(report.Progress.Total)}, {Wording.Results(report.Results)}.");
        if (!report.Faults.IsEmpty) Faults(report);
        Times(report.Progress);
        if (report.Shares is { } shares) Shares(shares);
        if (report.Forecast is { } forecast) Forecast(forecast, report.Progress);
        var usage = report.Usage;
        writer.WriteLine(
            $"This process: {Wording.Duration(usage.Wall)}, of processors {Wording.Duration(usage.Cpu)}, at most {Wording.Bytes(usage.PeakMemory)}; "
            + $"{Wording.Number(report.Progress.Events)} events.");
    }

    private void Faults(RunReport report)
    {
        var table = TableOutput.Table("Fault", "Nodes", "End", "What happened");
        table.Columns[1].RightAligned();
        foreach (var group in report.Faults)
            table.AddRow(
                new Text(group.Code.ToString(), new(Color.Red)), TableOutput.Cell(Wording.Number(group.Nodes.Count)),
                TableOutput.Cell(End(group.State)), TableOutput.Cell(FaultCodes.Find(group.Code)?.Title ?? group.Message));
        ansi().Write(table);
        foreach (var group in report.Faults) Details(group);
    }

    /// <summary>Lists nodes outside the table, so that the list can be copied from one line.</summary>
    private void Details(FaultGroup group)
    {
        writer.WriteLine($"{group.Code} {NodeNames.Fold(group.Nodes)}");
        writer.WriteLine($"  For example: {group.Message}");
        // What machines print may hold anything: control characters must not reach the terminal.
        foreach (var line in group.Example.Evidence) writer.WriteLine($"             | {Printable.Text(line)}");
        writer.WriteLine($"  What to do:  {group.SuggestedAction}");
        writer.WriteLine();
    }

    private void Times(ProgressSnapshot progress)
    {
        if (progress.Started is not { } started) return;
        var table = TableOutput.Table("Macro-step", "Through", "Failed", "Retries", "Fallbacks", "Over after", "Mean", "Longest", "Node");
        table.Columns[0].NoWrap();
        for (var i = 1; i < 8; i++) table.Columns[i].RightAligned();
        foreach (var step in progress.MacroSteps)
            table.AddRow(
                TableOutput.Cell(step.MacroStep.ToString()), TableOutput.Cell(Wording.Number(step.Passed)), Count(step.Failed), Count(step.Retries),
                Count(step.Fallbacks), Time(step.End - started),
                Time(step.Passed > 0 ? step.Spent / step.Passed : null), Time(step.Passed > 0 ? step.Longest : null),
                TableOutput.Cell(step.LongestNode.Value));
        ansi().Write(table);
    }

    private void Shares(TimeShareReport shares)
    {
        writer.WriteLine($"Where the {Wording.Duration(shares.Total)} of {shares.Node} went, the last to be well:");
        foreach (var (kind, time) in shares.Work)
            if (time > TimeSpan.Zero) writer.WriteLine($"  {Work(kind),-58}{Wording.Duration(time),10}");
        writer.WriteLine($"  {"the engine's own share: everything else",-58}{Wording.Duration(shares.Engine),10}");
    }

    private void Forecast(ForecastReport forecast, ProgressSnapshot progress)
    {
        var actual = progress.Elapsed;
        var deviation = forecast.Predicted > TimeSpan.Zero ? $" ({(actual - forecast.Predicted) / forecast.Predicted:+0.0 %;-0.0 %;0.0 %})" : "";
        writer.WriteLine($"Virtual time: {Wording.Duration(actual)}; predicted: {Wording.Duration(forecast.Predicted)}{deviation}.");
        writer.WriteLine("As decreed by the seed: " + Verdict(forecast, progress.Total));
    }

    private static string Verdict(ForecastReport forecast, int nodes) => forecast switch
    {
        { AsDecreed: null } => "nothing to compare; no node came to its end.",
        { AsDecreed: true } when forecast.Compared < nodes => $"yes, as far as nodes came to their end ({Wording.Number(forecast.Compared)} of {Wording.Number(nodes)}).",
        { AsDecreed: true } => $"yes ({Wording.Nodes(forecast.DecreedKo)} had to fail).",
        _ => $"no, not {NodeNames.Fold(forecast.Deviating)}.\n"
            + "  The decree takes for granted that each macro-step does its whole work and has time enough; with instances such as Dummy or None,\n"
            + "  or with short limits, nodes may end otherwise.",
    };

    private static string Work(WorkKind kind) => kind switch
    {
        WorkKind.BootingDeploymentEnvironment => "BMC, firmware, boot of the deployment environment",
        WorkKind.Disk => "disk: partitions, file systems, boot loader",
        WorkKind.Image => "image: wire, unpacking, disk",
        WorkKind.Scripts => "keys, marker and scripts",
        WorkKind.BootingDeployedSystem => "boot of the deployed system",
        WorkKind.Proof => "proof of what runs",
        WorkKind.Turn => "waiting for a turn: so many boot at once",
        WorkKind.OtherNodes => "waiting for nodes that receive the image together",
        _ => kind.ToString(),
    };

    private static Text Count(int count) => TableOutput.Cell(count == 0 ? "" : Wording.Number(count));

    private static Text Time(TimeSpan? time) => TableOutput.Cell(time is { } known ? Wording.Duration(known) : "");

    private static string End(NodeState state) => state switch
    {
        NodeState.Cancelled => "cancelled",
        NodeState.Discarded => "discarded",
        _ => "failed",
    };
}
