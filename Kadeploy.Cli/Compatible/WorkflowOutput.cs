using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Compatible;

/// <summary>What Kadeploy 3 calls an operation.</summary>
/// <param name="Begin">At the beginning of a line, such as <c>Reboot operation</c>.</param>
/// <param name="Within">Within a line.</param>
/// <param name="Path">In the addresses of its resources.</param>
internal sealed record WorkflowName(string Begin, string Within, string Path);

/// <summary>Writes the run of an operation as Kadeploy 3's commands do; scripts read it.</summary>
/// <param name="inner">Writes everything else.</param>
/// <param name="console">The console.</param>
/// <param name="what">What the operation is called.</param>
internal sealed class WorkflowOutput(IOutput inner, IConsoleStreams console, WorkflowName what) : IOutput
{
    private readonly SortedDictionary<NodeName, OperationEvent.NodeFinished> _ends = new();
    private bool _wasDrawn;

    /// <summary>Gets how much is told, from 1 to 5.</summary>
    public int Verbosity { get; init; } = 3;

    /// <summary>Gets the file that receives the operation's identifier.</summary>
    /// <value>Null for none.</value>
    public string? IdFile { get; init; }

    public bool StreamsEvents => true;

    public void Event(OperationEvent happened)
    {
        if (happened is OperationEvent.Started)
        {
            Identify(happened.Operation);
            console.Output.WriteLine($"{what.Begin} #{happened.Operation} started");
        }

        if (happened is OperationEvent.NodeFinished end) _ends[end.Node] = end;
        if (Level(happened) <= Verbosity) console.Output.WriteLine(EventWording.Untimed(happened));
    }

    public void Report(RunReport report)
    {
        if (report.Operation is not { } operation) return;
        console.Output.WriteLine($"{what.Begin} #{operation.Id} done");
        console.Output.WriteLine();
        List($"The {what.Within} is successful on nodes", static end => end.State is NodeState.Ok or NodeState.Stopped, static end => end.Node.Value);
        List($"The {what.Within} failed on nodes", static end => end.State is not (NodeState.Ok or NodeState.Stopped), static end => $"{end.Node} ({Error(end)})");
    }

    public void Detached(OperationId operation, string log, string options)
    {
        Identify(operation);
        console.Output.WriteLine($"{operation} /{what.Path}/{operation}");
    }

    public void Power(OperationEvent.NodeFinished end) => inner.Power(end);

    public void Operations(IReadOnlyList<Operation> operations) => inner.Operations(operations);

    public void Operation(Operation operation) => inner.Operation(operation);

    public void CancelRequested(OperationId operation) => inner.CancelRequested(operation);

    public void ConsoleLine(NodeName node, string line) => inner.ConsoleLine(node, line);

    public void Plan(OperationPlan plan) => inner.Plan(plan);

    public void Cluster(string name, IReadOnlyList<NodeName> nodes, IReadOnlyList<string> missing) => inner.Cluster(name, nodes, missing);

    public void Folded(IReadOnlyList<NodeName> nodes) => inner.Folded(nodes);

    public void Expanded(IReadOnlyList<NodeName> nodes) => inner.Expanded(nodes);

    public void Rights(IReadOnlyList<Right> rights) => inner.Rights(rights);

    public void RightsChanged(RightsChange change) => inner.RightsChanged(change);

    public void Verdict(RightsQuestion question, RightsVerdict verdict) => inner.Verdict(question, verdict);

    public void Audit(AuditEntry entry) => inner.Audit(entry);

    public void AuditVerified(AuditVerification verification) => inner.AuditVerified(verification);

    public void Flush() => inner.Flush();

    private static int Level(OperationEvent happened) => happened switch
    {
        OperationEvent.Started or OperationEvent.Finished => int.MaxValue, // told in other words
        OperationEvent.Resumed or OperationEvent.CancelRequested => 1,
        OperationEvent.StepFailed or OperationEvent.NodeFinished { Fault: not null } => 2,
        OperationEvent.StepStarted or OperationEvent.StepInterrupted => 4,
        OperationEvent.StepSucceeded or OperationEvent.NodeLeased or OperationEvent.NodeFinished => 5,
        _ => 3,
    };

    private static string Error(OperationEvent.NodeFinished end) => end.Fault is { } fault ? Printable.Text(fault.Message) : end.State.ToString().ToLowerInvariant();

    private void List(string title, Func<OperationEvent.NodeFinished, bool> wanted, Func<OperationEvent.NodeFinished, string> text)
    {
        var nodes = _ends.Values.Where(wanted).ToList();
        if (nodes.Count == 0) return;
        if (_wasDrawn) console.Output.WriteLine();
        _wasDrawn = true;
        console.Output.WriteLine(title);
        foreach (var end in nodes) console.Output.WriteLine(text(end));
    }

    private void Identify(OperationId operation)
    {
        if (IdFile is null) return;
        try
        {
            File.WriteAllText(IdFile, operation.Value);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"kadeploy: the identifier of {operation} could not be written to '{IdFile}': {failure.Message}");
        }
    }
}
