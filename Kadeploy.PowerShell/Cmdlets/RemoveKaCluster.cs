using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Removes clusters that have no nodes from the store.</summary>
/// <remarks>
/// <para>A cluster that still has nodes is refused: remove them before, or put them into another cluster. It does not hold back the others.</para>
/// <para>A cluster that a file defines is removed by taking the file out of the configuration. Only administrators may remove clusters.</para>
/// </remarks>
/// <example>
/// <code>Remove-KaCluster old</code>
/// <para>Removes a cluster.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster old | Remove-KaNode
/// Remove-KaCluster old</code>
/// <para>Removes a cluster with its nodes.</para>
/// </example>
/// <example>
/// <code>Get-KaCluster | Where-Object { $_.Nodes.Length -eq 0 } | Remove-KaCluster -WhatIf</code>
/// <para>Says which clusters without nodes would go.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KaCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InventoryCluster))]
public sealed class RemoveKaCluster : KaAsyncCmdlet
{
    private readonly List<string> _wanted = [];

    /// <summary>The clusters: their names, or objects that are clusters or have one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Cluster")]
    [ClusterNameTransformation]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Give the clusters as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect() => _wanted.AddRange(Name);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        foreach (var name in _wanted)
        {
            var question = Strings.AskRemoveCluster(name);
            if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) continue;
            await OneOfSeveral.TryAsync(streams, name, async () =>
            {
                var cluster = await inventory.FindClusterAsync(name, cancellationToken).ConfigureAwait(false);
                await inventory.RemoveClusterAsync(name, session.User, cancellationToken).ConfigureAwait(false);
                if (PassThru && cluster is not null) await streams.WriteAsync(cluster).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }
}
