using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Deploys the failed nodes of deployments again.</summary>
/// <remarks>
/// <para>Takes what was asked for from the journal — the environment, the keys, the partition, the workflow — and asks for it again for the nodes on which it did not succeed:
/// those that failed, were cancelled, or were busy. Nodes on which everything succeeded, and those that stand at a breakpoint, are left alone. Each deployment becomes a
/// new one.</para>
/// <para>A deployment must have ended; nodes of one that runs are still its own. As with Start-KaDeployment, everything is checked first, and PowerShell asks before anything is
/// touched.</para>
/// </remarks>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Restart-KaDeployment</code>
/// <para>Deploys the failed nodes of the latest deployment again.</para>
/// </example>
/// <example>
/// <code>$r = Start-KaDeployment lab-[1-40] ./debian13.yaml -Force -Wait -ErrorAction SilentlyContinue
/// $r | Restart-KaDeployment -Force -Wait</code>
/// <para>Gives the failed ones a second chance.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Restart-KaDeployment -Node lab-7 -WhatIf</code>
/// <para>Shows what would be done to one of the failed nodes.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "KaDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Operation), typeof(NodeResult), typeof(OperationPlan), typeof(Jobs.KaDeploymentJob))]
public sealed class RestartKaDeployment : OperationCmdlet
{
    /// <summary>Only these of the failed nodes. The default is all of them.</summary>
    [Parameter]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet? Node { get; set; }

    /// <summary>Wait until the new deployments have ended, and give each node's result as it ends.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Give back a job for each new deployment.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Give the plans with -WhatIf; give the new deployments as they ended after the results of -Wait.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Cancel the new deployments when the pipeline is stopped while -Wait waits.</summary>
    [Parameter]
    public SwitchParameter StopOnBreak { get; set; }

    /// <summary>Do not ask. -WhatIf still touches nothing.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var run = new DeploymentRun(session, streams, new() { Wait = Wait, AsJob = AsJob, PassThru = PassThru, StopOnBreak = StopOnBreak });
        foreach (var operation in await FindAsync(session, streams, cancellationToken).ConfigureAwait(false))
        {
            if (operation.Kind is not OperationKind.Deployment)
            {
                await streams.WriteErrorAsync(ErrorReport.NotFound(Strings.NoDeployment(operation.Id.Value, operation.Kind), operation.Id)).ConfigureAwait(false);
                continue;
            }

            if (operation.State is OperationState.Running)
            {
                await streams.WriteErrorAsync(new(FaultCodes.NodeBusy, Strings.StillRuns(operation.Id), Strings.StillRunsAction(operation.Id)) { Target = operation }).ConfigureAwait(false);
                continue;
            }

            var failed = await FailedAsync(session, operation, cancellationToken).ConfigureAwait(false);
            if (failed.Count == 0 || await session.FindPlanAsync(operation.Id, cancellationToken).ConfigureAwait(false) is not { Request: DeploymentRequest request })
            {
                await streams.WriteWarningAsync(Strings.NothingToRestart(operation.Id)).ConfigureAwait(false);
                continue;
            }

            await run.RunAsync(request with { Nodes = [.. failed], User = session.User }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<NodeName>> FailedAsync(ISession session, Operation operation, CancellationToken cancellationToken)
    {
        var failed = new List<NodeName>();
        await foreach (var happened in session.Operations.ReadEventsAsync(operation.Id, 0, follow: false, cancellationToken).ConfigureAwait(false))
        {
            if (happened is OperationEvent.NodeFinished { State: NodeState.Ko or NodeState.Cancelled or NodeState.Discarded } end && (Node is null || Node.Contains(end.Node)))
                failed.Add(end.Node);
        }

        return failed;
    }
}
