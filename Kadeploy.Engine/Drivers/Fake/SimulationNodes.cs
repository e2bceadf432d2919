using System.Collections.Immutable;
using System.Globalization;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Nodes, their cluster and an environment that need no configuration.</summary>
public static class SimulationNodes
{
    /// <summary>The name of the cluster.</summary>
    public const string ClusterName = "sim";

    /// <summary>Gets the cluster, with the default settings and workflow.</summary>
    public static Cluster Cluster { get; } = new()
    {
        Name = ClusterName,
        PartitionTable = new(
            PartitionScheme.Gpt,
            [
                new(1, PartitionKind.Swap, 4L << 30), new(2, PartitionKind.Linux, 20L << 30), new(3, PartitionKind.Linux, 20L << 30),
                new(5, PartitionKind.Linux, null),
            ]),
    };

    /// <summary>Gets an environment that is described as any Linux is; its image exists in simulated clusters only.</summary>
    public static KaEnvironment Environment { get; } = new()
    {
        Name = "simulated",
        User = "simulation",
        Visibility = Visibility.Public,
        FileSystem = "ext4",
        Image = new(
            new("simulated:///images/simulated.tar.gz"), ImageKind.Tar, ImageCompression.Gzip,
            "5b6ff5cbbcbc0ba0ef9f7c17c1bd9f3a8ea5a1fd7b1b9d7d0cb6ab2b5b0f3c11"),
        Boot = new() { Kernel = "/vmlinuz", Initrd = "/initrd.img" },
    };

    /// <summary>Makes nodes.</summary>
    /// <param name="count">How many, from 1.</param>
    /// <returns><c>sim-1</c> and so on, in this order.</returns>
    public static ImmutableArray<Node> Create(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var nodes = ImmutableArray.CreateBuilder<Node>(count);
        for (var i = 1; i <= count; i++)
            nodes.Add(Named(NodeName.Parse(string.Create(CultureInfo.InvariantCulture, $"{ClusterName}-{i}"))));
        return nodes.MoveToImmutable();
    }

    /// <summary>Makes one node.</summary>
    /// <param name="name">Any name.</param>
    /// <returns>The node.</returns>
    public static Node Named(NodeName name) => new() { Name = name, Cluster = ClusterName };
}
