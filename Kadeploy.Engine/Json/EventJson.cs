using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Engine.Json;

/// <summary>Writes events as JSON, one object a line, for other programs to read.</summary>
public static class EventJson
{
    /// <summary>The output goes to terminals and pipes, not into HTML: quotes and accents in messages stay readable.</summary>
    private static readonly EventLineJson Context =
        new(new JsonSerializerOptions(EventLineJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes an event.</summary>
    /// <param name="happened">The event.</param>
    /// <returns>One line without its end, for example
    /// <c>{"kind":"stepStarted","sequence":12,"operation":"D-…","at":"2026-03-01T10:00:00Z","node":"sim-1","microStep":"SwitchPxe",…}</c>.
    /// Names are camelCase and never change; durations are seconds; what an event has not is left out.</returns>
    public static string ToLine(OperationEvent happened) => JsonSerializer.Serialize(Line(happened), Context.EventLine);

    private static EventLine Line(OperationEvent happened) => happened switch
    {
        OperationEvent.Started => Begin(happened, "started"),
        OperationEvent.Resumed => Begin(happened, "resumed"),
        OperationEvent.CancelRequested e => Begin(e, "cancelRequested") with { User = e.User },
        OperationEvent.Finished e => Begin(e, "finished") with { Results = e.Results },
        OperationEvent.NodeLeased e => Begin(e, "nodeLeased") with { Node = e.Node },
        OperationEvent.SetFormed e => At(Begin(e, "setFormed"), e.Step) with { Set = e.Set, Nodes = e.Nodes },
        OperationEvent.StepStarted e => Attempt(e, "stepStarted") with { Set = e.Set == 0 ? null : e.Set },
        OperationEvent.StepSucceeded e => Facts(Attempt(e, "stepSucceeded"), e.Facts) with { DurationSeconds = e.Duration.TotalSeconds },
        OperationEvent.StepFailed e => Attempt(e, "stepFailed") with
        {
            DurationSeconds = e.Duration.TotalSeconds, Consequence = e.Consequence, Fault = Line(e.Fault),
        },
        OperationEvent.StepInterrupted e => Attempt(e, "stepInterrupted"),
        OperationEvent.NodeFinished e => Facts(At(Begin(e, "nodeFinished"), e.Step ?? e.Fault?.Step), e.Facts) with
        {
            Node = e.Node,
            State = e.State,
            InstanceAttempt = e.Fault is { InstanceAttempt: > 0 } inInstance ? inInstance.InstanceAttempt : null,
            Attempt = e.Fault is { Attempt: > 0 } inStep ? inStep.Attempt : null,
            Fault = Line(e.Fault),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such kind of event"),
    };

    private static EventLine Facts(EventLine line, NodeFacts? facts) => facts is null
        ? line
        : line with
        {
            BootId = facts.BootId, ImageDigest = facts.ImageDigest, Disk = facts.Disk, DiskSerial = facts.DiskSerial, DiskWwn = facts.DiskWwn,
            DiskBytes = facts.DiskBytes, FileSystemId = facts.FileSystemId, Power = facts.Power,
        };

    private static EventLine Begin(OperationEvent happened, string kind) => new()
    {
        Kind = kind, Sequence = happened.Sequence, Operation = happened.Operation, At = happened.At.UtcDateTime,
    };

    private static EventLine Attempt(OperationEvent.StepEvent happened, string kind) => At(Begin(happened, kind), happened.Step) with
    {
        Node = happened.Node, InstanceAttempt = happened.InstanceAttempt, Attempt = happened.Attempt,
    };

    private static EventLine At(EventLine line, StepReference? step) => step is null ? line : line with
    {
        Cluster = step.Cluster, MacroStep = step.MacroStep, Instance = step.Instance, MicroStep = step.MicroStep,
    };

    private static FaultLine? Line(Fault? fault) =>
        fault is null ? null : new(fault.Code, fault.Message, fault.Evidence, fault.SuggestedAction);
}

/// <summary>What the command line prints about events.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(NodeNameConverter), typeof(OperationIdConverter), typeof(InstanceNameConverter), typeof(MicroStepNameConverter),
        typeof(FaultCodeConverter), typeof(CamelCase<MacroStep>), typeof(CamelCase<NodeState>), typeof(CamelCase<FailureConsequence>), typeof(CamelCase<PowerState>),
    ])]
[JsonSerializable(typeof(EventLine))]
internal sealed partial class EventLineJson : JsonSerializerContext;
