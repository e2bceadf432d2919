using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Waits until deployments have ended.</summary>
/// <remarks>
/// <para>Shows progress while it waits, and gives each deployment as it ended. It does not matter which process runs a deployment. Ctrl-C ends the waiting, not the
/// deployment.</para>
/// <para>A deployment that nobody runs would never end: it is not waited for, and a warning says so.</para>
/// </remarks>
/// <example>
/// <code>Start-KaDeployment lab-[1-4] ./debian13.yaml -Force | Wait-KaDeployment</code>
/// <para>Waits, and gives the deployment as it ended.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -State Running | Wait-KaDeployment -Timeout 3600</code>
/// <para>Waits an hour at most; a deployment that has not ended by then is an error.</para>
/// </example>
/// <example>
/// <code>(Get-KaDeployment -Last 1 | Wait-KaDeployment).Results.Ko</code>
/// <para>Tells how many nodes failed.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Wait, "KaDeployment")]
[OutputType(typeof(Operation))]
public sealed class WaitKaDeployment : OperationCmdlet
{
    /// <summary>How many seconds to wait at most. The default is without end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Timeout { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        using var limit = Timeout is { } seconds ? new CancellationTokenSource(TimeSpan.FromSeconds(seconds), TimeProvider.System) : new CancellationTokenSource();
        // The pipeline, or the limit.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var following = new Following(session, streams, new() { RunsHere = static _ => false, Silent = true }, TimeProvider.System);
        await Task.WhenAll((await FindAsync(session, streams, cancellationToken).ConfigureAwait(false)).Select(WaitAsync)).ConfigureAwait(false);

        async Task WaitAsync(Operation operation)
        {
            try
            {
                var ended = operation.State is OperationState.Running ? await following.FollowAsync(operation, null, over.Token).ConfigureAwait(false) : operation;
                if (ended is not null) await streams.WriteAsync(ended).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.IsCancellationRequested)
            {
                var now = await session.FindOperationAsync(operation.Id, cancellationToken).ConfigureAwait(false) ?? operation;
                await streams.WriteErrorAsync(new(FaultCodes.StepTimeout, Strings.WaitTimeout(now.Id, Timeout!.Value, now.Results.Total, now.Nodes), Strings.WaitTimeoutAction(now.Id))
                {
                    Kind = ErrorKind.TimedOut, Target = now,
                }).ConfigureAwait(false);
            }
        }
    }
}
