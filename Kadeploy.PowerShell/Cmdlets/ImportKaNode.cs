using System.Collections.Immutable;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Takes lists of nodes into the store.</summary>
/// <remarks>
/// <para>Nodes that are not there come, those that are there are recorded as the lists say, and others stay as they are: all of it or nothing, and it may be repeated. Lists are YAML or
/// CSV, as Export-KaNode writes them.</para>
/// <para>Says first what it comes to, and with -WhatIf nothing else. Only administrators may import nodes.</para>
/// </remarks>
/// <example>
/// <code>Import-KaNode ./nodes.csv</code>
/// <para>Takes in the rows of a table.</para>
/// </example>
/// <example>
/// <code>Import-KaNode ./site/*.yml -WhatIf</code>
/// <para>Says what the lists of a folder would change.</para>
/// </example>
/// <example>
/// <code>(Get-ChildItem ./site -Filter *.csv | Import-KaNode).Added.Fold()</code>
/// <para>Takes in several tables together, and names the nodes that came.</para>
/// </example>
[Cmdlet(VerbsData.Import, "KaNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InventoryChanges))]
public sealed class ImportKaNode : InventoryFileCmdlet
{
    /// <summary>How the lists are written: Yaml or Csv. The default is by the first file's extension: .csv, or YAML.</summary>
    [Parameter]
    public NodeListFormat? Format { get; set; }

    private protected override Task<InventoryChanges> ImportAsync(
        INodeInventory inventory, ImmutableArray<InventoryText> texts, bool dryRun, string user, CancellationToken cancellationToken) =>
        inventory.ImportAsync(texts, Format ?? ExportKaNode.FormatOf(texts[0].Name), dryRun, user, cancellationToken);
}
