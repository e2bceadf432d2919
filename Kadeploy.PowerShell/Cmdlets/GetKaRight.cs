using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Lists who may work on which nodes, and when.</summary>
/// <remarks>
/// <para>Gives rights that hold now or later; those that have ended are gone, and Get-KaAudit tells of them. Administrators see everybody's, others their own and those of their
/// groups.</para>
/// <para>With -Node it gives rights that hold on these nodes, also by their cluster or because they hold on all nodes.</para>
/// </remarks>
/// <example>
/// <code>Get-KaRight</code>
/// <para>Lists all rights that you may see.</para>
/// </example>
/// <example>
/// <code>Get-KaRight -Node lab-7</code>
/// <para>Says who may work on a node, by whatever right.</para>
/// </example>
/// <example>
/// <code>Get-KaRight '@students' | Sort-Object { $_.Window.Until } | Format-Table Scope, Part, Until</code>
/// <para>Shows until when a group has what.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaRight")]
[OutputType(typeof(Right))]
public sealed class GetKaRight : KaAsyncCmdlet
{
    private readonly List<NodeSet> _nodes = [];

    /// <summary>Only the rights of this user, or @GROUP. The default is all that you may see.</summary>
    [Parameter(Position = 0)]
    [Alias("Principal")]
    [PrincipalTransformation]
    [ArgumentCompleter(typeof(PrincipalCompleter))]
    public Principal? User { get; set; }

    /// <summary>Only rights that hold on these nodes. The default is all.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    [Alias("Name", "ComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet? Node { get; set; }

    private protected override void Collect() => _nodes.Add(Node ?? NodeSet.Empty);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (_nodes.Count == 0) return;
        var rights = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Rights;
        var filter = new RightsFilter(User, [.. _nodes.SelectMany(static set => set.Names).Distinct()]);
        foreach (var each in await rights.ListAsync(filter, session.User, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
