namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>How a cluster's broadcasts go.</summary>
public sealed record ChainOptions
{
    /// <summary>Gets how many chains, or trees, begin at the server.</summary>
    /// <value>The default is 1.</value>
    public int Chains { get; init; } = 1;

    /// <summary>Gets to how many others a node passes the image on with <c>BroadcastEnvTree</c>.</summary>
    /// <value>From 2; the default is 2.</value>
    public int TreeArity { get; init; } = 2;

    /// <summary>Gets to how many others a node passes the image on: 1 makes a chain, more a tree.</summary>
    /// <value>The default is 1.</value>
    internal int Arity { get; init; } = 1;

    /// <summary>Gets how long those that have come wait for the next one, and in all ten times as long.</summary>
    /// <value>The default is a second: agents answer within a tenth of one.</value>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets which way nodes are lined up.</summary>
    /// <value>The default is <see cref="ChainDirection.Forward"/>.</value>
    public ChainDirection Direction { get; init; }

    /// <summary>Gets a value indicating whether blocks are encrypted on their way.</summary>
    /// <value>The default is false: nobody can change them unnoticed, but who can listen on the network can read them.</value>
    public bool IsSealed { get; init; }

    /// <summary>Gets how many bytes a second the server sends for one broadcast.</summary>
    /// <value>0 for no limit; the default.</value>
    public long BytesPerSecond { get; init; }

    /// <summary>Gets how many bytes a second a node takes.</summary>
    /// <value>0 for no limit; the default.</value>
    public long NodeBytesPerSecond { get; init; }

    /// <summary>Gets how much memory blocks may take on a node, in bytes.</summary>
    /// <value>0 for an eighth of what is free there, at most 128 MiB; the default.</value>
    public long RingBytes { get; init; }

    /// <summary>Gets the port at which nodes listen for each other.</summary>
    /// <value>The default is 25303; a node on which it is taken uses another.</value>
    public int NodePort { get; init; } = 25303;

    /// <summary>Gets below which part of its own source's speed a node is slow and goes to the end.</summary>
    /// <value>From 0, never, to 1; the default is 0.5.</value>
    public double SlowBelow { get; init; } = 0.5;
}

/// <summary>Which way the nodes of a broadcast are lined up.</summary>
public enum ChainDirection
{
    /// <summary>By cluster, switch, rack and name.</summary>
    Forward,

    /// <summary>The other way round.</summary>
    Reverse,

    /// <summary>One way or the other, by operation, so that no node is always the first.</summary>
    Alternate,
}
