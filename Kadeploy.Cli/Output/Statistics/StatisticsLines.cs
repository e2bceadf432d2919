using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Cli.Output.Statistics;

/// <summary>The JSON of statistics. What is unknown is written as null, so that each kind of line always has the same names; durations are seconds.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(RateLine))]
[JsonSerializable(typeof(DurationLine))]
[JsonSerializable(typeof(NodeFiguresLine))]
[JsonSerializable(typeof(RateChangeLine))]
[JsonSerializable(typeof(DurationChangeLine))]
[JsonSerializable(typeof(SuspectLine))]
[JsonSerializable(typeof(EstimateLine))]
internal sealed partial class StatisticsLines : JsonSerializerContext;

/// <summary>A row of the log.</summary>
internal sealed record LogLine
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "logEntry";

    public required string Operation { get; init; }

    public required string OperationKind { get; init; }

    public required bool Simulated { get; init; }

    public required string User { get; init; }

    public required string Node { get; init; }

    public required string Cluster { get; init; }

    public required string Environment { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required double DurationSeconds { get; init; }

    public required string State { get; init; }

    public required bool Success { get; init; }

    public required int Retries { get; init; }

    public required string? Fault { get; init; }

    public required string? Error { get; init; }

    public required string? ImageDigest { get; init; }

    public required IReadOnlyList<StepPart?> Steps { get; init; }

    public static LogLine Of(LogEntry entry) => new()
    {
        Operation = entry.Operation.Value,
        OperationKind = Camel(entry.Kind),
        Simulated = entry.Simulated,
        User = entry.User,
        Node = entry.Node.Value,
        Cluster = entry.Cluster,
        Environment = entry.Environment,
        Start = entry.Start,
        DurationSeconds = Seconds(entry.Duration),
        State = Camel(entry.State),
        Success = entry.State == NodeState.Ok,
        Retries = entry.Retries,
        Fault = entry.Fault?.ToString(),
        Error = entry.Error,
        ImageDigest = entry.ImageDigest,
        Steps = [.. entry.Steps.Select(static step => step is null
            ? null
            : new StepPart(Camel(step.MacroStep), step.Instance.Value, Seconds(step.Limit), step.Retries, Seconds(step.Duration)))],
    };

    public static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static double Seconds(TimeSpan duration) => Math.Round(duration.TotalSeconds, 3);

    public static double? Seconds(TimeSpan? duration) => duration is { } known ? Seconds(known) : null;

    internal sealed record StepPart(string MacroStep, string Instance, double? TimeoutSeconds, int Retries, double? DurationSeconds);
}

/// <summary>What a group has in common.</summary>
internal abstract record GroupLine(StatisticsGroup Group)
{
    [JsonIgnore]
    public StatisticsGroup Group { get; } = Group;

    public string? Day => Group.Day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public string? OperationKind => Group.Kind is { } kind ? LogLine.Camel(kind) : null;

    public string? Cluster => Group.Cluster;

    public string? Node => Group.Node?.Value;

    public string? Environment => Group.Environment;

    public string? User => Group.User;
}

/// <summary>A failure rate.</summary>
internal sealed record RateLine(FailureRate Figures) : GroupLine(Figures.Group)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "failureRate";

    [JsonIgnore]
    public FailureRate Figures { get; } = Figures;

    public long Total => Figures.Total;

    public long Ok => Figures.Ok;

    public long Failed => Figures.Failed;

    public long Others => Figures.Others;

    public long Retried => Figures.Retried;

    public double Rate => Figures.Rate;

    public double Low => Figures.Confidence.Low;

    public double High => Figures.Confidence.High;

    public string? LastFault => Figures.Last?.Fault?.ToString();

    public string? LastOperation => Figures.Last?.Operation.Value;

    public DateTimeOffset? LastStart => Figures.Last?.Start;
}

/// <summary>How long a step took.</summary>
internal sealed record DurationLine(StepFigures Figures) : GroupLine(Figures.Group)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "durations";

    [JsonIgnore]
    public StepFigures Figures { get; } = Figures;

    public string? MacroStep => Figures.Step is { } step ? LogLine.Camel(step.MacroStep) : null;

    public string? Instance => Figures.Step?.Instance.Value;

    public string? MicroStep => Figures.Step?.MicroStep?.Value;

    public long Failed => Figures.Failed;

    public FiguresPart? Durations => FiguresPart.Of(Figures.Durations);
}

/// <summary>Figures, all in seconds.</summary>
internal sealed record FiguresPart(
    long Count, double Minimum, double Maximum, double Mean, double P50, double P90, double P95, double P99, double MedianLow, double MedianHigh,
    double Error, IReadOnlyList<FiguresPart.BinPart> Histogram)
{
    public static FiguresPart? Of(DurationFigures? figures) => figures is null
        ? null
        : new(
            figures.Count, LogLine.Seconds(figures.Minimum), LogLine.Seconds(figures.Maximum), LogLine.Seconds(figures.Mean), LogLine.Seconds(figures.P50),
            LogLine.Seconds(figures.P90), LogLine.Seconds(figures.P95), LogLine.Seconds(figures.P99), LogLine.Seconds(figures.MedianConfidence.Low),
            LogLine.Seconds(figures.MedianConfidence.High), figures.Error,
            [.. figures.Histogram.Select(static bin => new BinPart(LogLine.Seconds(bin.From), LogLine.Seconds(bin.Until), bin.Count))]);

    internal sealed record BinPart(double From, double Until, long Count);
}

/// <summary>A node, with its failures and durations.</summary>
internal sealed record NodeFiguresLine(string Cluster, string Node, long Total, long Failed, double Rate, long Retried, FiguresPart? Durations, string? LastFault)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "node";
}

/// <summary>How a failure rate has changed.</summary>
internal sealed record RateChangeLine(RateChange Change) : GroupLine(Change.Group)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "rateChange";

    [JsonIgnore]
    public RateChange Change { get; } = Change;

    public RatePart? Before => RatePart.Of(Change.Before);

    public RatePart? After => RatePart.Of(Change.After);

    public double? Difference => Change.Difference;

    public double? Low => Change.Confidence?.Low;

    public double? High => Change.Confidence?.High;

    public string Verdict => LogLine.Camel(Change.Verdict);

    internal sealed record RatePart(long Total, long Failed, double Rate)
    {
        public static RatePart? Of(FailureRate? rate) => rate is null ? null : new(rate.Total, rate.Failed, rate.Rate);
    }
}

/// <summary>How the duration of a step has changed.</summary>
internal sealed record DurationChangeLine(DurationChange Change) : GroupLine(Change.Group)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "durationChange";

    [JsonIgnore]
    public DurationChange Change { get; } = Change;

    public string? MacroStep => Change.Step is { } step ? LogLine.Camel(step.MacroStep) : null;

    public string? Instance => Change.Step?.Instance.Value;

    public string? MicroStep => Change.Step?.MicroStep?.Value;

    public FiguresPart? Before => FiguresPart.Of(Change.Before);

    public FiguresPart? After => FiguresPart.Of(Change.After);

    public double? DifferenceSeconds => LogLine.Seconds(Change.Difference);

    public string Verdict => LogLine.Camel(Change.Verdict);
}

/// <summary>A suspect node.</summary>
internal sealed record SuspectLine(
    string Node, string Cluster, long Total, long Failed, double Rate, SuspectLine.FailsPart? FailsOften, IReadOnlyList<SuspectLine.SlowPart> SlowSteps,
    IReadOnlyList<SuspectLine.FaultPart> LatestFailures)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "suspect";

    public static SuspectLine Of(SuspectNode suspect) => new(
        suspect.Node.Value, suspect.Cluster, suspect.Failures.Total, suspect.Failures.Failed, suspect.Failures.Rate,
        suspect.FailsOften is { } often ? new(often.RateOfOthers, often.TotalOfOthers, often.Probability) : null,
        [.. suspect.SlowSteps.Select(static step => new SlowPart(
            LogLine.Camel(step.Step.MacroStep), step.Step.Instance.Value, step.Step.MicroStep?.Value, step.Count, LogLine.Seconds(step.Median),
            LogLine.Seconds(step.ClusterMedian), step.Nodes, Math.Round(step.Score, 2)))],
        [.. suspect.LatestFailures.Select(static entry => new FaultPart(entry.Operation.Value, entry.Start, entry.Fault?.ToString(), entry.Error))]);

    internal sealed record FailsPart(double RateOfOthers, long TotalOfOthers, double Probability);

    internal sealed record SlowPart(
        string MacroStep, string Instance, string? MicroStep, long Count, double MedianSeconds, double ClusterMedianSeconds, int Nodes, double Score);

    internal sealed record FaultPart(string Operation, DateTimeOffset Start, string? Fault, string? Error);
}

/// <summary>An estimate.</summary>
internal sealed record EstimateLine(double? DurationSeconds, double? MedianSeconds, int BasedOn, IReadOnlyList<EstimateLine.BasisPart> Clusters)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "estimate";

    public static EstimateLine Of(DurationEstimate? estimate) => estimate is null
        ? new(null, null, 0, [])
        : new(
            LogLine.Seconds(estimate.Duration), LogLine.Seconds(estimate.Median), estimate.BasedOn,
            [.. estimate.Clusters.Select(static basis => new BasisPart(
                basis.Cluster, basis.Environment, basis.Nodes, basis.Latest, [.. basis.Steps.Select(static step => new DurationLine(step))]))]);

    internal sealed record BasisPart(string Cluster, string? Environment, int Nodes, DateTimeOffset Latest, IReadOnlyList<DurationLine> Steps);
}
