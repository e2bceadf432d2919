using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>A cmdlet that reboots or switches machines, and by itself waits until each is as it was asked for.</summary>
public abstract class SwitchingCmdlet : MachineCmdlet
{
    private string? _customSteps;

    /// <summary>How hard the first try is: Soft asks the system, Hard resets the machine, VeryHard cuts the power; when one fails, the next harder one follows. The default is Soft.</summary>
    [Parameter]
    public PowerLevel Level { get; set; }

    /// <summary>Where nodes stop: in front of a macro-step, or of one of its micro-steps, as MACRO or MACRO:MICRO. The default is nowhere.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Breakpoint { get; set; }

    /// <summary>A file of operations, or its address, that are added before, after or instead of micro-steps. The default is none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CustomStep { get; set; }

    /// <summary>Do not wait: give the operation as soon as it is recorded, and go on in this PowerShell.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Give back a job, which gives each node's result, and cancels the operation when it is stopped.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Give the plan with -WhatIf; give the operation as it ended after the results.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Cancel the operation when the pipeline is stopped: by Ctrl-C, or by a command that has enough.</summary>
    [Parameter]
    public SwitchParameter StopOnBreak { get; set; }

    /// <summary>Do not ask. -WhatIf still touches nothing.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override void Prepare() => _customSteps = CustomStep is null ? null : FullPath(CustomStep);

    private protected sealed override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (Nodes.Count == 0)
        {
            await streams.WriteWarningAsync(Strings.NoNodes).ConfigureAwait(false);
            return;
        }

        var steps = _customSteps is null ? [] : await session.ReadCustomOperationsAsync(_customSteps, cancellationToken).ConfigureAwait(false);
        var request = await RequestAsync(session, steps, cancellationToken).ConfigureAwait(false);
        var options = new RunOptions { Wait = !NoWait, AsJob = AsJob, PassThru = PassThru, StopOnBreak = StopOnBreak };
        await new DeploymentRun(session, streams, options).RunAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the request.</summary>
    private protected abstract Task<OperationRequest> RequestAsync(ISession session, System.Collections.Immutable.ImmutableArray<CustomOperation> steps, CancellationToken cancellationToken);
}
