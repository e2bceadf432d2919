using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Checks whether a deployment can succeed, without touching anything.</summary>
/// <remarks>
/// <para>Takes the parameters of Start-KaDeployment, plans the deployment, and asks what can be asked: whether the request is right and all files are there, whether the image is the
/// one that was recorded, how long it takes where that is known, whether another operation holds a node, and whether each node's management controller answers.</para>
/// <para>Each answer is an object; its Outcome is Passed, Failed, or Unknown where nobody could say. A request that is wrong gives one answer for each problem and no error.</para>
/// </remarks>
/// <example>
/// <code>Set-KaSession -Simulated
/// Test-KaDeployment -Node lab-[1-4] -Environment debian13</code>
/// <para>Checks a deployment of simulated nodes.</para>
/// </example>
/// <example>
/// <code>Test-KaDeployment lab-[1-40] ./debian13.yaml | Where-Object Outcome -EQ Failed</code>
/// <para>Shows only what would go wrong, for example controllers that do not answer.</para>
/// </example>
/// <example>
/// <code>if (Test-KaDeployment lab-1 ./debian13.yaml -Quiet) { Start-KaDeployment lab-1 ./debian13.yaml -Force }</code>
/// <para>Deploys when nothing speaks against it.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "KaDeployment", DefaultParameterSetName = ByEnvironment)]
[OutputType(typeof(PlanCheck), typeof(bool))]
public sealed class TestKaDeployment : DeploymentRequestCmdlet
{
    /// <summary>Give only $true when nothing failed, or $false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var passed = true;
        try
        {
            var request = await RequestAsync(session, cancellationToken).ConfigureAwait(false);
            var plan = await session.Operations.PlanAsync(request, cancellationToken).ConfigureAwait(false);
            await foreach (var check in session.CheckAsync(plan, cancellationToken).ConfigureAwait(false)) await TellAsync(check).ConfigureAwait(false);
        }
        catch (ConfigurationException wrong)
        {
            foreach (var problem in wrong.Problems)
            {
                await TellAsync(new()
                {
                    Check = PlanCheckKind.Plan, Subject = "request", Outcome = PlanCheckOutcome.Failed, Message = Errors.PowerShellWording.Of(problem), Code = wrong.Code,
                }).ConfigureAwait(false);
            }
        }

        if (Quiet) await streams.WriteAsync(passed).ConfigureAwait(false);

        async Task TellAsync(PlanCheck check)
        {
            passed &= check.Outcome != PlanCheckOutcome.Failed;
            if (!Quiet) await streams.WriteAsync(check).ConfigureAwait(false);
        }
    }
}
