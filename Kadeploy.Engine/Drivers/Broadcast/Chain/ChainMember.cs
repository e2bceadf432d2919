using System.Net;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>A node in a broadcast, as the server knows it. Belongs to its run, under the run's lock.</summary>
/// <param name="number">Its number.</param>
/// <param name="node">The node.</param>
internal sealed class ChainMember(uint number, Node node)
{
    /// <summary>Gets its number in the broadcast, from 1.</summary>
    public uint Number => number;

    /// <summary>Gets the node.</summary>
    public Node Node => node;

    /// <summary>Gets or sets its word with the server; null before it came and after it went.</summary>
    public ChainLink? Control { get; set; }

    /// <summary>Gets or sets where it listens for others.</summary>
    public IPEndPoint? Address { get; set; }

    /// <summary>Gets or sets the speed of its network card in Mbit/s; 0 when unknown.</summary>
    public uint LinkMegabits { get; set; }

    /// <summary>Gets or sets how much memory it has for blocks, in bytes.</summary>
    public long RingBytes { get; set; }

    /// <summary>Gets or sets when it last said anything; a timestamp of the run's clock.</summary>
    public long HeardAt { get; set; }

    /// <summary>Gets or sets when it was moved to the end; a timestamp of the run's clock, null when it was not.</summary>
    public long? PassedAt { get; set; }

    /// <summary>Gets the members that went past it by their own decision.</summary>
    public HashSet<uint> Accusers { get; } = [];

    /// <summary>Gets or sets a value indicating whether its last report has not been looked at yet.</summary>
    public bool HasNews { get; set; }

    /// <summary>Gets or sets how many trials in a row have said that the server is much faster than its source.</summary>
    public int Trials { get; set; }

    /// <summary>Gets or sets the list of sources that it was sent last.</summary>
    public SourceList? Sources { get; set; }

    /// <summary>Gets or sets what it last said of itself.</summary>
    public NodeReport Report { get; set; } = new() { Position = 0, Beyond = 0, Written = 0, Source = uint.MaxValue, WriterBusy = 0, IsHeld = false, Resent = 0, LateMilliseconds = 0 };

    /// <summary>Gets or sets a value indicating whether nothing more is expected of it: it has all, or has failed, or does not come.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Gets or sets a value indicating whether it has written everything and said the right root digest.</summary>
    public bool IsDone { get; set; }

    /// <summary>Gets or sets when its connection was lost.</summary>
    public long? LostAt { get; set; }

    /// <summary>Gets or sets the bytes that it had written when progress was last told.</summary>
    public long ToldBytes { get; set; }
}
