using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Loading;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Gives the results of deployments, node by node.</summary>
/// <remarks>
/// <para>Gives a result for each node that has ended by now, and an error for each that failed, as Start-KaDeployment -Wait does; results stay in the journal and can be
/// received any number of times. With -Wait the others follow as they end.</para>
/// <para>With -Event it gives the journal's events instead, up to now.</para>
/// </remarks>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Receive-KaDeployment -ErrorAction SilentlyContinue | Format-Table</code>
/// <para>Shows how the nodes of the latest deployment ended.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Receive-KaDeployment -State Ko -ErrorAction SilentlyContinue | ForEach-Object { $_.Fault.Evidence }</code>
/// <para>Shows the last lines of output of what failed on nodes.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -State Running | Receive-KaDeployment -Wait</code>
/// <para>Follows what runs, also after the command that started it was interrupted.</para>
/// </example>
[Cmdlet(VerbsCommunications.Receive, "KaDeployment", DefaultParameterSetName = ResultSet)]
[OutputType(typeof(NodeResult), ParameterSetName = new[] { ResultSet })]
[OutputType(typeof(OperationEvent), ParameterSetName = new[] { EventSet })]
public sealed class ReceiveKaDeployment : OperationCmdlet
{
    private const string ResultSet = "Result";
    private const string EventSet = "Event";

    /// <summary>Only results or events of these nodes. The default is all.</summary>
    [Parameter]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet? Node { get; set; }

    /// <summary>Only results with one of these states: Ok, Ko, Stopped, Cancelled, Discarded.</summary>
    [Parameter(ParameterSetName = ResultSet)]
    public NodeState[]? State { get; set; }

    /// <summary>Wait for the nodes that have not ended yet.</summary>
    [Parameter(ParameterSetName = ResultSet)]
    public SwitchParameter Wait { get; set; }

    /// <summary>Cancel the deployment when the pipeline is stopped while -Wait waits.</summary>
    [Parameter(ParameterSetName = ResultSet)]
    public SwitchParameter StopOnBreak { get; set; }

    /// <summary>Give events instead of results.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EventSet)]
    public SwitchParameter Event { get; set; }

    /// <summary>The number of the first event. The default is 0, the beginning.</summary>
    [Parameter(ParameterSetName = EventSet)]
    [ValidateRange(0, long.MaxValue)]
    public long From { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var operations = await FindAsync(session, streams, cancellationToken).ConfigureAwait(false);
        var options = new FollowOptions { Results = true, Errors = true, StopOnBreak = StopOnBreak, Wants = Wants, RunsHere = EngineLoader.RunsHere };
        var following = new Following(session, streams, options, TimeProvider.System);
        foreach (var operation in operations)
        {
            if (Event) await EventsAsync(session, streams, operation, cancellationToken).ConfigureAwait(false);
            else if (Wait && operation.State is OperationState.Running) await following.FollowAsync(operation, null, cancellationToken).ConfigureAwait(false);
            else await following.ReadAsync(operation, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool Wants(NodeResult result) => (Node is null || Node.Contains(result.Node)) && (State is null || State.Contains(result.State));

    private async Task EventsAsync(ISession session, ICmdletStreams streams, Operation operation, CancellationToken cancellationToken)
    {
        await foreach (var happened in session.Operations.ReadEventsAsync(operation.Id, From, follow: false, cancellationToken).ConfigureAwait(false))
            if (Node is null || (happened is OperationEvent.NodeEvent of && Node.Contains(of.Node))) await streams.WriteAsync(happened).ConfigureAwait(false);
    }
}
