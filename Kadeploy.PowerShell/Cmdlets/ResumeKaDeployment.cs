using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Goes on with the deployments that a PowerShell or another process left unfinished.</summary>
/// <remarks>
/// <para>Takes up every unfinished operation of the session's state that no living process runs, each node where it was. No node fails because a process ended: what was cut off
/// and may be repeated is repeated; what may not, such as a reboot, gets a new attempt. Deployments that another process runs are left to it.</para>
/// <para>Machines need the configuration, which holds the secrets that no journal does. Simulated nodes are taken up in a session that was chosen with -Simulated.</para>
/// </remarks>
/// <example>
/// <code>Resume-KaDeployment</code>
/// <para>Goes on after a crash, a power failure, or a PowerShell that was closed.</para>
/// </example>
/// <example>
/// <code>Resume-KaDeployment -Wait</code>
/// <para>Goes on, and gives each node's result, those of nodes that had ended before included.</para>
/// </example>
/// <example>
/// <code>Resume-KaDeployment -AsJob | Receive-Job -Wait</code>
/// <para>Does the same in a job for each deployment.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "KaDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Operation), typeof(NodeResult), typeof(Jobs.KaDeploymentJob))]
public sealed class ResumeKaDeployment : KaAsyncCmdlet
{
    /// <summary>Wait until the deployments have ended, and give each node's result as it ends.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Give back a job for each deployment.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Give the deployments as they ended after the results of -Wait.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Cancel the deployments when the pipeline is stopped while -Wait waits.</summary>
    [Parameter]
    public SwitchParameter StopOnBreak { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var simulated = session.Settings.Simulation is not null;
        var left = new List<Operation>();
        foreach (var operation in await session.Operations.ListOperationsAsync(int.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            if (operation.State is not OperationState.Running || operation.Simulated != simulated) continue;
            if (await session.IsRunAsync(operation.Id, cancellationToken).ConfigureAwait(false)) await streams.WriteVerboseAsync(Strings.HeldElsewhere(operation.Id)).ConfigureAwait(false);
            else left.Add(operation);
        }

        if (left.Count == 0)
        {
            await streams.WriteVerboseAsync(Strings.NothingToResume).ConfigureAwait(false);
            return;
        }

        var names = string.Join(", ", left.Select(static operation => $"{operation.Id} ({(operation.Environment.Length > 0 ? operation.Environment : operation.Kind.ToString())}, {PlanText.Nodes(operation.Nodes)})"));
        if (await streams.AskAsync(Strings.WhatIfResume(names), Strings.AskResume(names)).ConfigureAwait(false) is not Consent.Given) return;
        var resumed = await session.Operations.ResumeAsync(CancellationToken.None).ConfigureAwait(false);
        var options = new RunOptions { Wait = Wait, AsJob = AsJob, PassThru = PassThru, StopOnBreak = StopOnBreak };
        await new DeploymentRun(session, streams, options).GoOnAsync([.. resumed.Select(static operation => (operation, (OperationPlan?)null))], cancellationToken).ConfigureAwait(false);
    }
}
