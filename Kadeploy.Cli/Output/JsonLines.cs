using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Cli.Output;

/// <summary>The last line of a run. Programs rely on the names and on the order of the first nine.</summary>
internal sealed record SummaryLine
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "summary";

    public required int Nodes { get; init; }

    public required int Ok { get; init; }

    public required int Ko { get; init; }

    public required double WallSeconds { get; init; }

    public required double VirtualSeconds { get; init; }

    public required double CpuSeconds { get; init; }

    public required long PeakRssBytes { get; init; }

    public required double EventsPerSecond { get; init; }

    public required int Stopped { get; init; }

    public required int Cancelled { get; init; }

    public required int Discarded { get; init; }

    public double? PredictedSeconds { get; init; }

    public int? DecreedKo { get; init; }

    public bool? AsDecreed { get; init; }

    public string? Operation { get; init; }
}

/// <summary>An operation.</summary>
internal sealed record OperationLine
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "operation";

    public required string Id { get; init; }

    public required OperationKind Type { get; init; }

    public required string User { get; init; }

    public required string Environment { get; init; }

    public required bool Simulated { get; init; }

    public required OperationState State { get; init; }

    public required DateTimeOffset PlannedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required int Nodes { get; init; }

    public required int Ok { get; init; }

    public required int Ko { get; init; }

    public required int Stopped { get; init; }

    public required int Cancelled { get; init; }

    public required int Discarded { get; init; }
}

/// <summary>A request to cancel that was recorded; the event of the same fact is the engine's.</summary>
internal sealed record CancelLine(string Operation)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "cancel";
}

/// <summary>Nodes, folded.</summary>
internal sealed record FoldedLine(string Folded, int Count)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "nodes";
}

/// <summary>A line that a node's console printed.</summary>
internal sealed record ConsoleTextLine(string Node, string Text)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "consoleLine";
}

/// <summary>A node.</summary>
internal sealed record NodeLine(string Name)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "node";
}

/// <summary>The command line's own JSON; events are written by the engine. What is unknown is written as null, so that each kind of line
/// always has the same names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(CamelCaseEnum<OperationKind>), typeof(CamelCaseEnum<OperationState>)])]
[JsonSerializable(typeof(SummaryLine))]
[JsonSerializable(typeof(OperationLine))]
[JsonSerializable(typeof(CancelLine))]
[JsonSerializable(typeof(FoldedLine))]
[JsonSerializable(typeof(PlanLine))]
[JsonSerializable(typeof(DetachedLine))]
[JsonSerializable(typeof(ClusterLine))]
[JsonSerializable(typeof(NodeLine))]
[JsonSerializable(typeof(ConsoleTextLine))]
internal sealed partial class JsonLines : JsonSerializerContext;

/// <summary>Writes the values of an enumeration as strings in camel case, as everywhere in the project's JSON.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
