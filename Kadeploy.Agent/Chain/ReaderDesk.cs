using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Chain;

/// <summary>Serves the members that get blocks from this node.</summary>
internal sealed class ReaderDesk : IDisposable
{
    private const int MostReaders = 64;
    private const int GreetingMilliseconds = 5000;
    private const int OrphanMilliseconds = 700;
    private readonly ChainSettings _settings;
    private readonly BlockPool _pool;
    private readonly BlockWindow _window;
    private readonly PageStore _pages;
    private long _orphansAt;
    private long _orphansUntil;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">There is no port to be had.</exception>
    public ReaderDesk(ChainSettings settings, BlockPool pool, BlockWindow window, PageStore pages)
    {
        (_settings, _pool, _window, _pages) = (settings, pool, window, pages);
        var (listener, portOrError) = Sockets.Listen(settings.Port);
        if (listener < 0) throw new IOException($"cannot listen for other nodes: {Libc.Message(portOrError)}");
        (Listener, Port) = (listener, (ushort)portOrError);
    }

    /// <summary>Gets the listening socket.</summary>
    public int Listener { get; }

    /// <summary>Gets the port.</summary>
    public ushort Port { get; }

    /// <summary>Gets the readers.</summary>
    public List<ReaderLink> Readers { get; } = [];

    /// <summary>Gets a value indicating whether anybody has ever asked for blocks.</summary>
    public bool HasServed { get; private set; }

    /// <summary>Takes those who call.</summary>
    public void Accept()
    {
        while (Readers.Count < MostReaders && Sockets.Accept(Listener) is var socket and >= 0)
            Readers.Add(new(socket, _settings, _pool, _window, _pages));
    }

    /// <summary>Sends what there is to send.</summary>
    /// <returns>Whether anything was sent or came.</returns>
    public bool Serve()
    {
        var any = false;
        foreach (var reader in Readers)
        {
            if (reader.CanRead) any |= reader.Receive();
            any |= reader.Send();
            HasServed |= reader.HasAsked;
        }

        return any;
    }

    /// <summary>Looks after the connections.</summary>
    public void Tend(long now)
    {
        for (var i = Readers.Count - 1; i >= 0; i--)
        {
            var reader = Readers[i];
            reader.Now = now;
            if (reader.Failure is null && (reader.IsOpen || now - reader.LastHeard < GreetingMilliseconds))
            {
                reader.Beat();
                continue;
            }

            // Those behind it come here: what they need is kept for a moment.
            if (reader.IsMain && now >= _orphansUntil) (_orphansAt, _orphansUntil) = (reader.Cursor, now + OrphanMilliseconds);
            reader.Dispose();
            Readers.RemoveAt(i);
        }
    }

    /// <summary>Gives the first block that a reader still needs and that is kept for it.</summary>
    public long Needed(long now)
    {
        var needed = Orphans(now);
        foreach (var reader in Readers)
            if (reader.Holds) needed = Math.Min(needed, reader.Cursor);
        return needed;
    }

    /// <summary>Gives the first block that a reader needs which is taking blocks just now.</summary>
    public long Taking(long now)
    {
        var needed = Orphans(now);
        foreach (var reader in Readers)
            if (reader.Holds && reader.IsTaking(now)) needed = Math.Min(needed, reader.Cursor);
        return needed;
    }

    private long Orphans(long now)
    {
        if (now >= _orphansUntil) return long.MaxValue;
        foreach (var reader in Readers)
            if (reader.IsMain) return long.MaxValue;
        return _orphansAt;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in Readers) reader.Dispose();
        Readers.Clear();
        ChildProcess.Close(Listener);
    }
}
