using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Installs an environment on nodes.</summary>
/// <remarks>
/// <para>Takes nodes into the deployment environment, writes the image, boots it, and proves that it runs. All nodes that the pipeline brings are one operation: the image is
/// sent to them together. A node that fails does not hold back the others.</para>
/// <para>Everything is checked before anything is touched, and all problems are listed together. Then PowerShell asks once, naming nodes, environment and disks; -Force and
/// -Confirm:$false spare the question, and -WhatIf shows the whole plan instead.</para>
/// <para>Without -Wait the deployment is given back as soon as it is recorded, and goes on in this PowerShell. With -Wait each node's result is given as it ends; a node that
/// failed is an error too, which says what was seen and what to do, but does not end the command. -AsJob gives a job that does the same; Stop-Job cancels the deployment.</para>
/// <para>Ctrl-C and Select-Object -First end the waiting, not the deployment, unless -StopOnBreak is there. When PowerShell itself ends, the deployment stays where it is, and
/// Resume-KaDeployment goes on.</para>
/// </remarks>
/// <example>
/// <code>Set-KaSession -Simulated
/// Start-KaDeployment -Node lab-[1-4] -Environment debian13 -Force -Wait</code>
/// <para>Deploys four simulated nodes, which needs neither machines nor a configuration, and shows each as it ends.</para>
/// </example>
/// <example>
/// <code>Start-KaDeployment lab-[1-40] ./debian13.yaml -Key ~/.ssh/id_ed25519.pub -WhatIf</code>
/// <para>Shows what would be done to forty nodes: the disks, the steps, and what follows when one fails. Nothing is touched.</para>
/// </example>
/// <example>
/// <code>Import-Csv nodes.csv | Start-KaDeployment -Path ./win11.yaml -Wait -Force | Where-Object Succeeded -EQ $false</code>
/// <para>Takes the nodes of a file with a column Name or ComputerName, waits, and keeps those that failed.</para>
/// </example>
/// <example>
/// <code>$d = Start-KaDeployment lab-1 https://images.example/debian13.yaml -Force
/// $d | Watch-KaDeployment</code>
/// <para>Goes on at once, and watches what happens.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "KaDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByEnvironment)]
[OutputType(typeof(Operation), typeof(NodeResult), typeof(OperationPlan), typeof(Jobs.KaDeploymentJob))]
public sealed class StartKaDeployment : DeploymentRequestCmdlet
{
    /// <summary>Wait until the deployment has ended, and give each node's result as it ends.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Give back a job, which gives each node's result, tells progress, and cancels the deployment when it is stopped.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Give the plan with -WhatIf; give the deployment as it ended after the results of -Wait.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Cancel the deployment when the pipeline is stopped while -Wait waits: by Ctrl-C, or by a command that has enough.</summary>
    [Parameter]
    public SwitchParameter StopOnBreak { get; set; }

    /// <summary>Do not ask. -WhatIf still touches nothing.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (!HasNodes)
        {
            await streams.WriteWarningAsync(Strings.NoNodes).ConfigureAwait(false);
            return;
        }

        var request = await RequestAsync(session, cancellationToken).ConfigureAwait(false);
        var options = new RunOptions { Wait = Wait, AsJob = AsJob, PassThru = PassThru, StopOnBreak = StopOnBreak };
        await new DeploymentRun(session, streams, options).RunAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
