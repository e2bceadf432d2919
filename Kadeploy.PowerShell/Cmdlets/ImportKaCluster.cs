using System.Collections.Immutable;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Takes clusters' files, with the nodes in them, into the store.</summary>
/// <remarks>
/// <para>Clusters that are not there come; those that are there get the settings of their files, and their nodes are recorded as the files say. It does all of it or nothing, and may be
/// repeated. From then on Set-KaCluster and Set-KaNode change them, and the files must not be named by the configuration any more: a cluster is defined in one place only.</para>
/// <para>Says first what it comes to, and with -WhatIf nothing else. Only administrators may import clusters.</para>
/// </remarks>
/// <example>
/// <code>Import-KaCluster ./lab.yml</code>
/// <para>Takes in one cluster with its nodes.</para>
/// </example>
/// <example>
/// <code>Import-KaCluster /etc/kadeploy/clusters/*.yml -WhatIf</code>
/// <para>Says what the files of the configuration would bring.</para>
/// </example>
/// <example>
/// <code>Import-KaCluster ./lab.yml | Select-Object -ExpandProperty AddedClusters</code>
/// <para>Names the clusters that came.</para>
/// </example>
[Cmdlet(VerbsData.Import, "KaCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InventoryChanges))]
public sealed class ImportKaCluster : InventoryFileCmdlet
{
    private protected override Task<InventoryChanges> ImportAsync(
        INodeInventory inventory, ImmutableArray<InventoryText> texts, bool dryRun, string user, CancellationToken cancellationToken) =>
        inventory.ImportClustersAsync(texts, dryRun, user, cancellationToken);
}
