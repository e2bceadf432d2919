using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Loading;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Asks whether nodes are on.</summary>
/// <remarks>
/// <para>Asks the management controllers of all nodes, many at once, and gives each answer as it comes. Nodes may be busy with an operation: it is not disturbed, and nothing that is
/// recorded of a node changes. A controller that does not answer is an error, which does not hold back the others.</para>
/// <para>Whoever asks needs a right on the nodes.</para>
/// </remarks>
/// <example>
/// <code>Get-KaPower lab-[1-40]</code>
/// <para>Asks forty controllers.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster lab | Get-KaPower | Where-Object State -EQ Off | Set-KaPower -State On</code>
/// <para>Switches on what is off in a cluster.</para>
/// </example>
/// <example>
/// <code>Get-KaNode | Get-KaPower -ErrorAction SilentlyContinue | Group-Object State -NoElement</code>
/// <para>Counts how many are on.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaPower")]
[OutputType(typeof(NodePower))]
public sealed class GetKaPower : MachineCmdlet
{
    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (Nodes.Count == 0) return;
        var request = new PowerRequest { Nodes = Nodes.Names, User = session.User, Action = PowerAction.Status };
        var plan = await session.Operations.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        var operation = await session.Operations.StartAsync(plan, CancellationToken.None).ConfigureAwait(false);
        var options = new FollowOptions
        {
            Results = true, Errors = true, Progress = false, Silent = true, RunsHere = EngineLoader.RunsHere,
            // A question that nobody waits for any more need not be answered.
            StopOnBreak = true,
            Select = static result => result.Succeeded ? new NodePower(result.Node, result.Facts.Power ?? PowerState.Unknown) : null,
        };
        await new Following(session, streams, options, TimeProvider.System).FollowAsync(operation, plan, cancellationToken).ConfigureAwait(false);
    }
}
