using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Says whether a user might work on nodes, and why.</summary>
/// <remarks>
/// <para>Answers as the engine would: IsGranted says whether, Reason says why or why not, and Missing has what is missing, node by node. Without -Part any right on a node will do, as for
/// reboots, power and consoles; with it, what a deployment would write must be allowed.</para>
/// <para>Administrators may ask about everybody, others about themselves.</para>
/// </remarks>
/// <example>
/// <code>Test-KaRight lab-[1-40]</code>
/// <para>Says whether you may work on forty nodes.</para>
/// </example>
/// <example>
/// <code>(Test-KaRight lab-[1-40] -User alice -Part /dev/sda3 -At '2026-03-02 09:00').Missing</code>
/// <para>Names the nodes on which a user could not deploy a partition at some time.</para>
/// </example>
/// <example>
/// <code>if (Get-KaNode -Cluster lab | Test-KaRight -Quiet) { Get-KaNode -Cluster lab | Start-KaDeployment -Environment debian13 }</code>
/// <para>Deploys a cluster when that is allowed.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "KaRight")]
[OutputType(typeof(RightsVerdict), typeof(bool))]
public sealed class TestKaRight : KaAsyncCmdlet
{
    private readonly List<NodeSet> _nodes = [];

    /// <summary>The nodes: names, ranges, or objects that have a name. All that the pipeline brings is one question.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "ComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet Node { get; set; } = NodeSet.Empty;

    /// <summary>The user. The default is you.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PrincipalCompleter))]
    public string? User { get; set; }

    /// <summary>Disks or partitions that a deployment would write; * for all. The default is none: any right will do.</summary>
    [Parameter]
    [Alias("Device")]
    [RightPartTransformation]
    [ValidateNotNullOrEmpty]
    public RightPart[] Part { get; set; } = [];

    /// <summary>The moment. The default is now.</summary>
    [Parameter]
    public DateTimeOffset? At { get; set; }

    /// <summary>Give only $true, or $false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override void Collect() => _nodes.Add(Node);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (_nodes.Count == 0) return;
        var rights = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Rights;
        var question = new RightsQuestion { User = User ?? session.User, Nodes = [.. _nodes.SelectMany(static set => set.Names).Distinct()], Parts = [.. Part], At = At };
        var verdict = await rights.TestAsync(question, session.User, cancellationToken).ConfigureAwait(false);
        await streams.WriteAsync(Quiet ? verdict.IsGranted : verdict).ConfigureAwait(false);
    }
}
