using System.Collections.Frozen;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>The drivers of one kind, by cluster.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="drivers">The drivers by the clusters' names.</param>
internal sealed class ByCluster<T>(FrozenDictionary<string, T> drivers)
{
    /// <summary>Gets all of them.</summary>
    public IEnumerable<T> All => drivers.Values;

    /// <summary>Finds a node's.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The driver.</returns>
    /// <exception cref="DriverUnusableException">The node's cluster is not of this operation.</exception>
    public T Of(Node node) => drivers.TryGetValue(node.Cluster, out var driver) ? driver : throw new DriverUnusableException(
        FaultCodes.DriverMissing, $"node {node.Name}: its cluster '{node.Cluster}' is not configured");

    /// <summary>Gives what is missing where something is.</summary>
    /// <param name="missing">Asks a driver.</param>
    /// <returns>The first answer that is not empty; else empty.</returns>
    public string Missing(Func<T, string> missing) => drivers.Values.Select(missing).FirstOrDefault(static each => each.Length > 0) ?? "";
}
