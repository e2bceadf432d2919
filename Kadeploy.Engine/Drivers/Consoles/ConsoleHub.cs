using System.Threading.Channels;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Hands what comes from a console to all who want it, and what one of them types to the console. Safe for use by many callers at once.</summary>
/// <param name="tail">Keeps the end of it.</param>
/// <param name="log">Keeps more of it.</param>
/// <param name="time">The clock.</param>
internal sealed class ConsoleHub(ByteTail tail, ConsoleLog log, TimeProvider time)
{
    private const int MostClients = 100;
    private const int Replayed = 4096;
    private const int Queued = 1024;
    private static readonly TimeSpan HelloLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<Client> _clients = [];
    private readonly TokenMask _mask = new();
    private readonly ByteTail _recent = new(Replayed); // of this hub: who comes from an earlier one has seen that one's
    private readonly Channel<byte[]> _keys = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Queued));
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Client? _typist;
    private byte[]? _state; // the frame that says how the line stands; null while that is not known
    private bool _closed;

    /// <summary>Gets what is typed.</summary>
    public ChannelReader<byte[]> Keys => _keys.Reader;

    /// <summary>Gets what tells that somebody has come, who will not want to wait.</summary>
    public ChannelReader<bool> Wanted => _wanted.Reader;

    /// <summary>Hands on what came from the node.</summary>
    /// <param name="bytes">What came; its tokens are masked in place.</param>
    public void Output(Span<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        lock (_gate)
        {
            _mask.Apply(bytes);
            tail.Add(bytes);
            _recent.Add(bytes);
            log.Append(bytes);
            if (_clients.Count > 0) ToAll(ConsoleWire.Make(ConsoleFrame.Data, bytes));
        }
    }

    /// <summary>Says that the line is up.</summary>
    public void Up() => SetState(ConsoleWire.Make(ConsoleFrame.Up, ""), null);

    /// <summary>Says that the line cannot be had, or is lost.</summary>
    /// <param name="reason">Why.</param>
    public void Failed(string reason) => SetState(ConsoleWire.Make(ConsoleFrame.Failed, reason), reason);

    /// <summary>Forgets how the line stands, because it is tried again.</summary>
    public void Trying()
    {
        lock (_gate) _state = null;
    }

    /// <summary>Serves one who comes, until he goes.</summary>
    /// <param name="stream">The connection; closed at the end.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>A task that does not fail.</returns>
    public async Task ServeAsync(Stream stream, CancellationToken stop)
    {
        var client = new Client(stream);
        // Fires when the hub ends, and when the client is sent away.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop, client.Gone.Token);
        var writing = Task.CompletedTask;
        try
        {
            if (await ReadHelloAsync(stream, over.Token).ConfigureAwait(false) is not { } hello) return;
            writing = client.WriteAsync(stop);
            if (!Enter(client, hello)) return;
            _wanted.Writer.TryWrite(true);
            while (await ConsoleWire.ReadAsync(stream, over.Token).ConfigureAwait(false) is { } next)
            {
                if (next.Frame != ConsoleFrame.Keys || next.Content.Length == 0) continue;
                bool types;
                lock (_gate) types = _typist == client;
                if (types) await _keys.Writer.WriteAsync(next.Content, over.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The hub ends, or another has the keyboard.
        }
        finally
        {
            lock (_gate)
            {
                _clients.Remove(client);
                if (_typist == client) _typist = null;
                client.Queue.Writer.TryComplete();
            }

            // What was said last, such as who has taken over, is still read by him who goes.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await stream.DisposeAsync().ConfigureAwait(false);
            client.Gone.Dispose();
        }
    }

    /// <summary>Sends everybody away.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var client in _clients) client.Queue.Writer.TryComplete();
        }
    }

    private async Task<ConsoleHello?> ReadHelloAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(HelloLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken); // cancelled, or silent for too long
        return await ConsoleWire.ReadAsync(stream, either.Token).ConfigureAwait(false) is (ConsoleFrame.Hello, var content) ? ConsoleWire.ReadHello(content) : null;
    }

    private bool Enter(Client client, ConsoleHello hello)
    {
        lock (_gate)
        {
            if (_closed) return false;
            client.Name = Printable.Text(hello.User);
            client.Operation = hello.Operation;
            client.Since = time.GetUtcNow();
            var problem = _clients.Count >= MostClients ? $"{MostClients} others look on already" : hello.ReadOnly ? null : TakeKeyboard(client, hello);
            client.Send(ConsoleWire.Make(problem is null ? ConsoleFrame.Accepted : ConsoleFrame.Refused, problem ?? ""));
            if (problem is not null) return false;
            if (_state is not null) client.Send(_state);
            if (Recent() is { Length: > 0 } recent) client.Send(ConsoleWire.Make(ConsoleFrame.Data, recent));
            _clients.Add(client);
            return true;
        }
    }

    private byte[] Recent()
    {
        var recent = _recent.Read(out var isCut);
        return isCut ? recent[(recent.IndexOf((byte)'\n') + 1)..] : recent;
    }

    private string? TakeKeyboard(Client client, ConsoleHello hello)
    {
        if (_typist is { } other && other.Operation != hello.Operation)
        {
            if (!hello.TakeOver) return $"{other.Name} types there since {other.Since:HH:mm:ss} UTC ({Printable.Text(other.Operation)})";
            other.Send(ConsoleWire.Make(ConsoleFrame.TakenOver, $"{client.Name} has taken the console over"));
            other.Queue.Writer.TryComplete();
            _clients.Remove(other);
            other.Gone.Cancel();
            log.Mark($"{client.Name} takes the keyboard from {other.Name}");
        }
        else
        {
            log.Mark($"{client.Name} types");
        }

        _typist = client;
        return null;
    }

    private void SetState(byte[] frame, string? failure)
    {
        lock (_gate)
        {
            _state = frame;
            if (failure is not null) log.Mark(Printable.Text(failure));
            // What was typed into a line that is lost is not for the next.
            while (failure is not null && _keys.Reader.TryRead(out _))
            {
            }

            ToAll(frame);
        }
    }

    private void ToAll(byte[] frame)
    {
        foreach (var client in _clients) client.Send(frame);
    }

    /// <summary>One who uses the console.</summary>
    private sealed class Client(Stream stream)
    {
        private long _lost;

        public Channel<byte[]> Queue { get; } = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Queued) { SingleReader = true });

        public CancellationTokenSource Gone { get; } = new();

        public string Name { get; set; } = "";

        public string Operation { get; set; } = "";

        public DateTimeOffset Since { get; set; }

        /// <summary>Queues a frame; one who does not read loses what does not fit, and is told. The caller locks the hub.</summary>
        public void Send(byte[] frame)
        {
            if (_lost > 0 && Queue.Writer.TryWrite(ConsoleWire.Make(ConsoleFrame.Notice, $"{_lost} pieces were left out, because they were not read in time"))) _lost = 0;
            if (_lost > 0 || !Queue.Writer.TryWrite(frame)) _lost++;
        }

        public async Task WriteAsync(CancellationToken stop)
        {
            try
            {
                await foreach (var frame in Queue.Reader.ReadAllAsync(stop).ConfigureAwait(false)) await stream.WriteAsync(frame, stop).ConfigureAwait(false);
            }
            catch (Exception ended) when (ended is IOException or ObjectDisposedException)
            {
                // He has gone, which his reader notices too.
            }
        }
    }
}
