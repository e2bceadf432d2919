using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kadeploy.Engine.Json;

namespace Kadeploy.Cli.Output;

/// <summary>Writes results for programs: one JSON object on each line, told apart by <c>kind</c>.</summary>
/// <param name="writer">Standard output.</param>
internal sealed partial class JsonOutput(TextWriter writer) : IOutput
{
    public bool StreamsEvents => true;

    public void Event(OperationEvent happened) => writer.WriteLine(EventJson.ToLine(happened));

    public void Operations(IReadOnlyList<Operation> operations)
    {
        foreach (var operation in operations) Operation(operation);
    }

    public void Operation(Operation operation) => Write(
        new()
        {
            Id = operation.Id.Value,
            Type = operation.Kind,
            User = operation.User,
            Environment = operation.Environment,
            Simulated = operation.Simulated,
            State = operation.State,
            PlannedAt = operation.PlannedAt,
            FinishedAt = operation.FinishedAt,
            Nodes = operation.Nodes,
            Ok = operation.Results.Ok,
            Ko = operation.Results.Ko,
            Stopped = operation.Results.Stopped,
            Cancelled = operation.Results.Cancelled,
            Discarded = operation.Results.Discarded,
        },
        JsonLines.Default.OperationLine);

    public void Report(RunReport report)
    {
        var (progress, results, usage) = (report.Progress, report.Results, report.Usage);
        Write(
            new()
            {
                Nodes = progress.Total,
                Ok = results.Ok,
                Ko = results.Ko,
                WallSeconds = Rounded(usage.Wall),
                VirtualSeconds = Rounded(progress.Elapsed),
                CpuSeconds = Rounded(usage.Cpu),
                PeakRssBytes = usage.PeakMemory,
                EventsPerSecond = Math.Round(progress.Events / Math.Max(usage.Wall.TotalSeconds, 0.001), 1),
                Stopped = results.Stopped,
                Cancelled = results.Cancelled,
                Discarded = results.Discarded,
                PredictedSeconds = report.Forecast is { } predicted ? Rounded(predicted.Predicted) : null,
                DecreedKo = report.Forecast?.DecreedKo,
                AsDecreed = report.Forecast?.AsDecreed,
                Operation = report.Operation?.Id.Value,
            },
            JsonLines.Default.SummaryLine);
    }

    public void CancelRequested(OperationId operation) => Write(new(operation.Value), JsonLines.Default.CancelLine);

    public void Detached(OperationId operation, string log, string options) => Write(new(operation.Value, log), JsonLines.Default.DetachedLine);

    public void Power(OperationEvent.NodeFinished end)
    {
        // It is the event nodeFinished.
    }

    public void ConsoleLine(NodeName node, string line) => Write(new(node.Value, line), JsonLines.Default.ConsoleTextLine);

    public void Plan(OperationPlan plan) => Write(PlanLine.Of(plan), JsonLines.Default.PlanLine);

    public void Cluster(string name, IReadOnlyList<NodeName> nodes, IReadOnlyList<string> missing) =>
        Write(new(name, NodeNames.Fold(nodes), nodes.Count, missing), JsonLines.Default.ClusterLine);

    public void Folded(IReadOnlyList<NodeName> nodes) => Write(new(NodeNames.Fold(nodes), nodes.Count), JsonLines.Default.FoldedLine);

    public void Expanded(IReadOnlyList<NodeName> nodes)
    {
        foreach (var node in nodes) Write(new(node.Value), JsonLines.Default.NodeLine);
    }

    public void Flush() => writer.Flush();

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private void Write<T>(T line, JsonTypeInfo<T> type) => writer.WriteLine(JsonSerializer.Serialize(line, type));
}
