using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kadeploy.Engine.Json;

/// <summary>What an event holds beyond the columns of its row; each member is null where the event has no such thing.</summary>
internal sealed record EventDetail
{
    /// <summary>Gets <see cref="OperationEvent.CancelRequested.User"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; init; }

    /// <summary>Gets <see cref="OperationEvent.SetFormed.Nodes"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Nodes { get; init; }

    /// <summary>Gets <see cref="OperationEvent.Finished.Results"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NodeCounts? Results { get; init; }

    /// <summary>Gets the facts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NodeFacts? Facts { get; init; }

    /// <summary>Gets <see cref="OperationEvent.BroadcastProgressed.Progress"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BroadcastProgress? Progress { get; init; }

    /// <summary>Gets <see cref="OperationEvent.BroadcastFinished.Summary"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BroadcastSummary? Summary { get; init; }

    /// <summary>Gets the fault without its code, which has a column.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FaultDetail? Fault { get; init; }
}

/// <summary>A fault without its code; its step is a number of the plan, so that names are not repeated.</summary>
/// <param name="Step">The step's ordinal, or null.</param>
/// <param name="InstanceAttempt">As in <see cref="Kadeploy.Fault.InstanceAttempt"/>.</param>
/// <param name="Attempt">As in <see cref="Kadeploy.Fault.Attempt"/>.</param>
/// <param name="Message">As in <see cref="Kadeploy.Fault.Message"/>.</param>
/// <param name="Evidence">As in <see cref="Kadeploy.Fault.Evidence"/>.</param>
/// <param name="SuggestedAction">As in <see cref="Kadeploy.Fault.SuggestedAction"/>.</param>
internal sealed record FaultDetail(
    int? Step, int InstanceAttempt, int Attempt, string Message, ImmutableArray<string> Evidence, string SuggestedAction);
