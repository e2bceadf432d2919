using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Lists clusters with their settings and nodes.</summary>
/// <remarks>
/// <para>Gives the clusters of the configuration's files and those of the store; Origin says where each is defined. Settings has what is said of the cluster, as YAML with the keys of a
/// cluster's file.</para>
/// <para>The file docs/configuration.md that comes with the sources describes every key.</para>
/// </remarks>
/// <example>
/// <code>Get-KaCluster</code>
/// <para>Lists all clusters.</para>
/// </example>
/// <example>
/// <code>(Get-KaCluster lab).Settings</code>
/// <para>Shows the settings of one.</para>
/// </example>
/// <example>
/// <code>Get-KaCluster | Where-Object Origin -EQ store | Select-Object Name, @{ n = 'Nodes'; e = { $_.Nodes.Length } }</code>
/// <para>Counts the nodes of the clusters that Set-KaCluster can change.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaCluster")]
[OutputType(typeof(InventoryCluster))]
public sealed class GetKaCluster : KaAsyncCmdlet
{
    private readonly List<string> _wanted = [];

    /// <summary>The names, or nodes whose clusters are meant; wildcards are allowed. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Cluster")]
    [ClusterNameTransformation]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    private protected override void Collect() => _wanted.AddRange(Name.Length == 0 ? ["*"] : Name);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        var clusters = await inventory.ListClustersAsync(cancellationToken).ConfigureAwait(false);
        var patterns = _wanted.ConvertAll(static name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase));
        for (var i = 0; i < patterns.Count; i++)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(_wanted[i]) && !clusters.Any(each => patterns[i].IsMatch(each.Name)))
                await streams.WriteErrorAsync(ErrorReport.NotFound(Strings.NoCluster(_wanted[i]), _wanted[i])).ConfigureAwait(false);
        }

        foreach (var each in clusters)
            if (patterns.Exists(pattern => pattern.IsMatch(each.Name))) await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
