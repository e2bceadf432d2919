using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Gives the events of deployments as they happen.</summary>
/// <remarks>
/// <para>Every change is an event: a node is taken, a step begins, succeeds or fails, a node ends. First come those that have happened, then those that happen, until the
/// deployments have ended or the pipeline is stopped. It does not matter which process runs a deployment.</para>
/// <para>Each event has a number in the journal, so that a later command can go on where this one stopped.</para>
/// </remarks>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Watch-KaDeployment</code>
/// <para>Watches the latest deployment.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -State Running | Watch-KaDeployment -Node lab-7</code>
/// <para>Watches one node.</para>
/// </example>
/// <example>
/// <code>$e = Get-KaDeployment -Last 1 | Watch-KaDeployment | Select-Object -First 10
/// Get-KaDeployment -Last 1 | Watch-KaDeployment -From ($e[-1].Sequence + 1)</code>
/// <para>Takes ten events, and later goes on with the eleventh.</para>
/// </example>
[Cmdlet(VerbsCommon.Watch, "KaDeployment")]
[OutputType(typeof(OperationEvent))]
public sealed class WatchKaDeployment : OperationCmdlet
{
    /// <summary>The number of the first event. The default is 0, the beginning.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long From { get; set; }

    /// <summary>Only events of these nodes. The default is those of all nodes, and those of the whole deployment.</summary>
    [Parameter]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet? Node { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        await Task.WhenAll((await FindAsync(session, streams, cancellationToken).ConfigureAwait(false)).Select(WatchAsync)).ConfigureAwait(false);

        async Task WatchAsync(Operation operation)
        {
            var follow = operation.State is OperationState.Running && await session.IsRunAsync(operation.Id, cancellationToken).ConfigureAwait(false);
            await foreach (var happened in session.Operations.ReadEventsAsync(operation.Id, From, follow, cancellationToken).ConfigureAwait(false))
                if (Node is null || (happened is OperationEvent.NodeEvent of && Node.Contains(of.Node))) await streams.WriteAsync(happened).ConfigureAwait(false);
            if (!follow && await session.FindOperationAsync(operation.Id, cancellationToken).ConfigureAwait(false) is { State: OperationState.Running })
                await streams.WriteWarningAsync(Strings.NobodyRunsIt(operation.Id)).ConfigureAwait(false);
        }
    }
}
