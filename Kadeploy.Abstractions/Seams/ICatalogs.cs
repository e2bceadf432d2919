namespace Kadeploy;

/// <summary>What a site keeps beside its operations: each catalogue has a seam of its own.</summary>
public interface ICatalogs
{
    /// <summary>Gets the clusters and nodes, and what became of the nodes.</summary>
    INodeInventory Nodes { get; }

    /// <summary>Gets the environments.</summary>
    IEnvironmentCatalog Environments { get; }

    /// <summary>Gets the files that were fetched for operations.</summary>
    IFileCache Files { get; }

    /// <summary>Gets who may work on which nodes.</summary>
    IRightsBook Rights { get; }

    /// <summary>Gets what was done, and by whom.</summary>
    IAuditTrail Audit { get; }

    /// <summary>Gets what became of nodes in all operations so far.</summary>
    IStatistics Statistics { get; }
}
