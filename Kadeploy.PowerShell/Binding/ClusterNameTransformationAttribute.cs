using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names clusters — text, clusters, nodes of one — into names.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ClusterNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Bare.Of(inputData) is object[] several ? Array.ConvertAll(several, Read) : new[] { Read(Bare.Of(inputData)) };

    private static string Read(object? value) => value switch
    {
        string { Length: > 0 } text => text,
        InventoryCluster cluster => cluster.Name,
        InventoryNode node => node.Cluster,
        Node node => node.Cluster,
        not null when (Bare.Property(value, "Cluster") ?? Bare.Property(value, "Name")) is string { Length: > 0 } name => name,
        _ => throw new ArgumentTransformationMetadataException(Strings.NoClusterName(value?.GetType().Name ?? "$null")),
    };
}
