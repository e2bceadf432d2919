namespace Kadeploy.Cli.Output;

/// <summary>Writes results to standard output, for people or for programs.</summary>
internal interface IOutput
{
    /// <summary>Gets a value indicating whether a run's events are part of its result.</summary>
    bool StreamsEvents { get; }

    /// <summary>Writes an event.</summary>
    /// <param name="happened">The event.</param>
    void Event(OperationEvent happened);

    /// <summary>Writes a list of operations.</summary>
    /// <param name="operations">The operations.</param>
    void Operations(IReadOnlyList<Operation> operations);

    /// <summary>Writes one operation.</summary>
    /// <param name="operation">The operation.</param>
    void Operation(Operation operation);

    /// <summary>Writes what a run came to.</summary>
    /// <param name="report">The report.</param>
    void Report(RunReport report);

    /// <summary>Writes that an operation was asked to cancel.</summary>
    /// <param name="operation">The operation.</param>
    void CancelRequested(OperationId operation);

    /// <summary>Writes that an operation goes on by itself.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="log">The file that receives what it writes.</param>
    /// <param name="options">What commands that concern it need, with a space before it; perhaps nothing.</param>
    void Detached(OperationId operation, string log, string options);

    /// <summary>Writes whether a node is on.</summary>
    /// <param name="end">How the question ended; programs have it among the events.</param>
    void Power(OperationEvent.NodeFinished end);

    /// <summary>Writes a line that a node's console printed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="line">The line, without control characters.</param>
    void ConsoleLine(NodeName node, string line);

    /// <summary>Writes what would be done.</summary>
    /// <param name="plan">The plan.</param>
    void Plan(OperationPlan plan);

    /// <summary>Writes what is configured of a cluster.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="missing">What it cannot do, and why.</param>
    void Cluster(string name, IReadOnlyList<NodeName> nodes, IReadOnlyList<string> missing);

    /// <summary>Writes nodes as one folded list.</summary>
    /// <param name="nodes">The nodes.</param>
    void Folded(IReadOnlyList<NodeName> nodes);

    /// <summary>Writes nodes one by one.</summary>
    /// <param name="nodes">The nodes.</param>
    void Expanded(IReadOnlyList<NodeName> nodes);

    /// <summary>Writes rights.</summary>
    /// <param name="rights">The rights.</param>
    void Rights(IReadOnlyList<Right> rights);

    /// <summary>Writes what a grant or a revocation has changed.</summary>
    /// <param name="change">The change; perhaps none.</param>
    void RightsChanged(RightsChange change);

    /// <summary>Writes whether a user might work on nodes.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="verdict">The answer.</param>
    void Verdict(RightsQuestion question, RightsVerdict verdict);

    /// <summary>Writes an entry of the audit trail.</summary>
    /// <param name="entry">The entry.</param>
    void Audit(AuditEntry entry);

    /// <summary>Writes what the check of the audit trail found.</summary>
    /// <param name="verification">What it found.</param>
    void AuditVerified(AuditVerification verification);

    /// <summary>Hands on what is buffered.</summary>
    void Flush();
}
