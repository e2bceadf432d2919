using System.Collections.Immutable;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Switches nodes on or off.</summary>
/// <remarks>
/// <para>Switches machines through their management controllers; nothing is done to what runs on them beyond that. A node that already is what it is to be is left alone. The others are
/// waited for until their controllers say so; one that is not in time is switched harder.</para>
/// <para>Each node's result is given as it ends; one that failed is an error too, which does not end the command. PowerShell asks once before anything is switched; -Force and
/// -Confirm:$false spare the question.</para>
/// </remarks>
/// <example>
/// <code>Set-KaPower lab-[1-40] -State On</code>
/// <para>Switches forty nodes on. They boot what their profiles and disks say; nothing waits for that.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Tag rack=r7 | Set-KaPower -State Off -Level Hard -Force</code>
/// <para>Cuts the power of a rack, without a question.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -State Failed | Set-KaPower -State Cycle -WhatIf</code>
/// <para>Says how the failed nodes would be switched off and on.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KaPower", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(NodeResult), typeof(Operation), typeof(OperationPlan), typeof(Jobs.KaDeploymentJob))]
public sealed class SetKaPower : SwitchingCmdlet
{
    /// <summary>What is done: On, Off, or Cycle, which switches off what is on, and then on.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateSet("On", "Off", "Cycle")]
    public PowerAction State { get; set; }

    private protected override Task<OperationRequest> RequestAsync(ISession session, ImmutableArray<CustomOperation> steps, CancellationToken cancellationToken) =>
        Task.FromResult<OperationRequest>(new PowerRequest
        {
            Nodes = Nodes.Names, User = session.User, Action = State, Level = Level, Breakpoint = Breakpoint, CustomOperations = steps,
        });
}
