using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Counts what happens in a broadcast.</summary>
internal sealed class ChainTally
{
    private readonly Lock _gate = new();
    private readonly List<BroadcastBypass> _bypasses = [];
    private readonly Dictionary<NodeName, int> _wrong = [];
    private long _sent;

    /// <summary>Gets the bytes that the server has sent.</summary>
    public long SentBytes => Interlocked.Read(ref _sent);

    /// <summary>Gets who was passed by, in the order of events.</summary>
    public ImmutableArray<BroadcastBypass> Bypasses
    {
        get
        {
            lock (_gate) return [.. _bypasses];
        }
    }

    /// <summary>Gets who has sent wrong blocks, and how many.</summary>
    public ImmutableArray<WrongBlocks> Wrong
    {
        get
        {
            lock (_gate) return [.. _wrong.OrderByDescending(static each => each.Value).Select(static each => new WrongBlocks(each.Key, each.Value))];
        }
    }

    public void AddSent(long bytes) => Interlocked.Add(ref _sent, bytes);

    public void Add(BroadcastBypass bypass)
    {
        lock (_gate) _bypasses.Add(bypass);
    }

    public void AddWrong(NodeName source)
    {
        lock (_gate) _wrong[source] = _wrong.GetValueOrDefault(source) + 1;
    }
}
