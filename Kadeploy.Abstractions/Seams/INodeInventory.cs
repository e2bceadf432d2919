using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Knows the clusters and nodes of a site, from its files and from the store, and what became of the nodes.</summary>
/// <remarks>
/// What files define is read when this is opened, and changed in the files alone. What the store defines is changed here, by administrators; each call
/// is one transaction: all of it or nothing. Safe for use by many callers and by several processes at once: nothing is lost.
/// Exceptions of all calls: <see cref="StoreException"/>. Of those that change something: <see cref="NotAllowedException"/> when the user is no administrator,
/// <see cref="ConfigurationException"/> with every problem when what is asked for cannot be.
/// </remarks>
public interface INodeInventory
{
    /// <summary>Lists nodes, in natural order of their names.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The nodes.</returns>
    /// <exception cref="ConfigurationException">A node is named that there is not.</exception>
    Task<ImmutableArray<InventoryNode>> ListAsync(NodeFilter filter, CancellationToken cancellationToken);

    /// <summary>Finds a node.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The node, or null.</returns>
    Task<InventoryNode?> FindAsync(NodeName name, CancellationToken cancellationToken);

    /// <summary>Adds nodes.</summary>
    /// <param name="names">Names and ranges, such as <c>lab-[1-40]</c>; each is written out with the settings that are ranges too.</param>
    /// <param name="settings">What is said of them; a cluster has to be named.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What came.</returns>
    Task<InventoryChanges> AddAsync(string names, NodeSettings settings, string user, CancellationToken cancellationToken);

    /// <summary>Changes nodes; what the change does not say stays.</summary>
    /// <param name="names">Names and ranges.</param>
    /// <param name="change">What changes.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What changed.</returns>
    Task<InventoryChanges> SetAsync(string names, NodeChange change, string user, CancellationToken cancellationToken);

    /// <summary>Removes nodes; one that an operation has stays, and with it all the others.</summary>
    /// <param name="names">The nodes.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What went. What the journal knows of a node stays, should it come again.</returns>
    Task<InventoryChanges> RemoveAsync(NodeSet names, string user, CancellationToken cancellationToken);

    /// <summary>Reads lists of nodes: those that are not there come, those that are there are recorded as the lists say, others stay as they are.</summary>
    /// <param name="texts">The lists.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="dryRun">Whether only to say what would be done.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What changed.</returns>
    Task<InventoryChanges> ImportAsync(ImmutableArray<InventoryText> texts, NodeListFormat format, bool dryRun, string user, CancellationToken cancellationToken);

    /// <summary>Writes nodes as a list that <see cref="ImportAsync"/> reads.</summary>
    /// <param name="filter">Which nodes.</param>
    /// <param name="format">How.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ConfigurationException">A node is named that there is not.</exception>
    Task<string> ExportAsync(NodeFilter filter, NodeListFormat format, CancellationToken cancellationToken);

    /// <summary>Lists clusters, by name.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The clusters.</returns>
    Task<ImmutableArray<InventoryCluster>> ListClustersAsync(CancellationToken cancellationToken);

    /// <summary>Finds a cluster.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The cluster, or null.</returns>
    Task<InventoryCluster?> FindClusterAsync(string name, CancellationToken cancellationToken);

    /// <summary>Changes a cluster's settings; its nodes are checked against them.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="change">What changes.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What changed.</returns>
    Task<InventoryChanges> SetClusterAsync(string name, ClusterChange change, string user, CancellationToken cancellationToken);

    /// <summary>Removes a cluster that has no nodes.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What went.</returns>
    Task<InventoryChanges> RemoveClusterAsync(string name, string user, CancellationToken cancellationToken);

    /// <summary>Takes clusters' files, with the nodes in them, into the store; clusters that are there get the settings of their files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="dryRun">Whether only to say what would be done.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What changed.</returns>
    Task<InventoryChanges> ImportClustersAsync(ImmutableArray<InventoryText> files, bool dryRun, string user, CancellationToken cancellationToken);

    /// <summary>Makes a configuration of one of Kadeploy 3's: all its files are checked and written together, or none.</summary>
    /// <param name="import">What is read, and where it goes.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What became of each key.</returns>
    Task<ConfigurationImportReport> ImportConfigurationAsync(ConfigurationImport import, string user, CancellationToken cancellationToken);
}
