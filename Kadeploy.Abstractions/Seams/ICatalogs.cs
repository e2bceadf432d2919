namespace Kadeploy;

/// <summary>What a site keeps beside its operations: each catalog has a seam of its own.</summary>
public interface ICatalogs
{
    /// <summary>Gets the clusters and nodes, and what became of the nodes.</summary>
    INodeInventory Nodes { get; }
}
