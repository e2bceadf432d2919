using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Cancels deployments, wherever they run.</summary>
/// <remarks>
/// <para>Nodes that have not ended become cancelled; what was under way on them may be half done, and they are to be deployed again. Only the deployment's user and
/// administrators may do it.</para>
/// <para>The command ends when the wish is recorded. Whoever runs the deployment carries it out at once; when nobody does, Resume-KaDeployment does.</para>
/// </remarks>
/// <example>
/// <code>Get-KaDeployment -State Running | Stop-KaDeployment</code>
/// <para>Cancels everything that runs.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -State Running -User alice | Stop-KaDeployment -PassThru | Wait-KaDeployment</code>
/// <para>Cancels one user's deployments and waits until they have ended.</para>
/// </example>
/// <example>
/// <code>Get-KaDeployment -Last 1 | Stop-KaDeployment -WhatIf</code>
/// <para>Says what would be cancelled.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "KaDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Operation))]
public sealed class StopKaDeployment : OperationCmdlet
{
    /// <summary>Give the deployments that are being cancelled.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var operation in await FindAsync(session, streams, cancellationToken).ConfigureAwait(false))
        {
            var question = Strings.AskStop(operation.Id, operation.Environment, PlanText.Nodes(operation.Nodes - operation.Results.Total));
            if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) continue;
            try
            {
                await session.Operations.CancelAsync(operation.Id, session.User, cancellationToken).ConfigureAwait(false);
            }
            catch (KadeployException refused) when (refused is ConfigurationException or NotAllowedException)
            {
                await streams.WriteErrorAsync(ErrorReport.Of(refused) with { Target = operation }).ConfigureAwait(false);
                continue;
            }

            if (!await session.IsRunAsync(operation.Id, cancellationToken).ConfigureAwait(false)
                && await session.FindOperationAsync(operation.Id, cancellationToken).ConfigureAwait(false) is { State: OperationState.Running })
                await streams.WriteWarningAsync(Strings.NotStoppedNobodyRunsIt(operation.Id)).ConfigureAwait(false);
            if (PassThru && await session.FindOperationAsync(operation.Id, cancellationToken).ConfigureAwait(false) is { } now) await streams.WriteAsync(now).ConfigureAwait(false);
        }
    }
}
