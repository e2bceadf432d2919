using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>A user's session with a node's console, which is shared with others.</summary>
/// <remarks>It takes part in holding the line (<see cref="ConsoleLine"/>), and uses it as a client of whichever process holds it: when that one ends, it goes on with the next.</remarks>
internal sealed class ConsoleSession : IConsoleSession
{
    private const int Queued = 256;
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    private readonly Node _node;
    private readonly ConsoleLineSettings _settings;
    private readonly ConsoleHello _hello;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _left = new();
    private readonly Channel<ConsoleOutput> _output = Channel.CreateBounded<ConsoleOutput>(new BoundedChannelOptions(Queued) { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Stream? _stream;

    /// <summary>Makes a session.</summary>
    /// <param name="node">The node.</param>
    /// <param name="settings">Its line.</param>
    /// <param name="request">What the user asked for.</param>
    /// <param name="operation">The operation.</param>
    public ConsoleSession(Node node, ConsoleLineSettings settings, ConsoleRequest request, OperationId operation)
    {
        (_node, _settings, _time) = (node, settings, settings.Time);
        _hello = new(request.User, request.ReadOnly, request.TakeOver, operation.Value);
        IsReadOnly = request.ReadOnly;
    }

    /// <inheritdoc/>
    public NodeName Node => _node.Name;

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <summary>Holds the session until the user leaves it or loses it.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="OperationFailedException">There is no console to be had, or somebody else has it.</exception>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_settings.Folder.Obstacle(_node.Name) is { } obstacle) throw new OperationFailedException(FaultCodes.ConsoleUnreachable, $"node {Node}: {obstacle}");
            // Fires when the user leaves, and when the operation is ended.
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_left.Token, cancellationToken);
            var line = new ConsoleLine(_node, _settings, $"{_hello.User} ({_hello.Operation})");
            await using (line.ConfigureAwait(false)) await UseAsync(line, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // He has left, with which all is well.
        }
        catch (OperationCanceledException)
        {
            Tell("the session is ended from outside");
            throw;
        }
        finally
        {
            _output.Writer.TryComplete();
            _over.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ConsoleOutput> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var output in _output.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return output;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> keys, CancellationToken cancellationToken)
    {
        if (IsReadOnly) return;
        // Who types at once does not lose it; later, what is typed while the line is away is not for the next.
        await Task.WhenAny(_entered.Task, _over.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_stream is not { } stream) return;
        try
        {
            for (var rest = keys; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, ConsoleWire.MostBytes)..])
                await stream.WriteAsync(ConsoleWire.Make(ConsoleFrame.Keys, rest.Span[..Math.Min(rest.Length, ConsoleWire.MostBytes)]), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The line is away; the reader notices and looks for the next.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_left.IsCancellationRequested) await _left.CancelAsync().ConfigureAwait(false);
        // A reader that does not read any more must not keep the session.
        while (_output.Reader.TryRead(out _))
        {
        }

        await _over.Task.ConfigureAwait(false);
    }

    private async Task UseAsync(ConsoleLine line, CancellationToken over)
    {
        var hello = _hello;
        var wasUp = false;
        while (true)
        {
            var stream = await ConnectAsync(line, over).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var (goesOn, isUp) = await UseAsync(stream, hello, wasUp, over).ConfigureAwait(false);
                wasUp |= isUp;
                _stream = null;
                if (!goesOn) return;
            }

            // It was had before; nobody is to lose it to who only comes back.
            hello = hello with { TakeOver = false };
            Tell("the process that held the line has ended; the line is taken up again");
        }
    }

    private async Task<Stream> ConnectAsync(ConsoleLine line, CancellationToken over)
    {
        var begun = _time.GetTimestamp();
        while (_time.GetElapsedTime(begun) < ConnectLimit)
        {
            // The lock's holder listens soon; there is nothing that would tell when.
            if (await _settings.Folder.ConnectAsync(_node.Name, over).ConfigureAwait(false) is { } stream) return stream;
            if (line.Problem is { } problem) throw new OperationFailedException(FaultCodes.ConsoleUnreachable, $"node {Node}: {problem}");
            await Task.Delay(Retry, _time, over).ConfigureAwait(false);
        }

        throw new OperationFailedException(
            FaultCodes.ConsoleUnreachable, $"node {Node}: some process has the console's lock in '{_settings.Folder.Of(_node.Name)}' and does not answer; end it");
    }

    private async Task<(bool GoesOn, bool IsUp)> UseAsync(Stream stream, ConsoleHello hello, bool wasUp, CancellationToken over)
    {
        if (!await EnterAsync(stream, hello, over).ConfigureAwait(false)) return (true, wasUp);
        _stream = stream;
        _entered.TrySetResult();
        var isUp = wasUp;
        while (await ConsoleWire.ReadAsync(stream, over).ConfigureAwait(false) is var (frame, content))
        {
            switch (frame)
            {
                case ConsoleFrame.Data:
                    await _output.Writer.WriteAsync(new ConsoleOutput.Bytes(content), over).ConfigureAwait(false);
                    break;
                case ConsoleFrame.Up:
                    Tell(isUp ? "the line is up again" : "the line is up");
                    isUp = true;
                    break;
                case ConsoleFrame.Failed when !isUp:
                    throw new OperationFailedException(FaultCodes.ConsoleUnreachable, $"node {Node}: {ConsoleWire.ReadText(content)}");
                case ConsoleFrame.Failed or ConsoleFrame.Notice:
                    Tell(ConsoleWire.ReadText(content));
                    break;
                case ConsoleFrame.TakenOver:
                    Tell(ConsoleWire.ReadText(content));
                    return (false, isUp);
                default:
                    break;
            }
        }

        return (true, isUp);
    }

    private async Task<bool> EnterAsync(Stream stream, ConsoleHello hello, CancellationToken over)
    {
        using var limit = new CancellationTokenSource(AnswerLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, over); // over, or the process does not answer
        try
        {
            await stream.WriteAsync(ConsoleWire.Make(hello), either.Token).ConfigureAwait(false);
            return await ConsoleWire.ReadAsync(stream, either.Token).ConfigureAwait(false) switch
            {
                (ConsoleFrame.Refused, var content) => throw new OperationFailedException(FaultCodes.ConsoleTaken, $"node {Node}: {ConsoleWire.ReadText(content)}"),
                (ConsoleFrame.Accepted, _) => true,
                _ => false, // it has just ended
            };
        }
        catch (OperationCanceledException) when (!over.IsCancellationRequested)
        {
            throw new OperationFailedException(FaultCodes.ConsoleUnreachable, $"node {Node}: the process that holds the console does not answer; end it");
        }
        catch (IOException)
        {
            return false;
        }
    }

    // A notice that does not fit is none that anybody would read.
    private void Tell(string text) => _output.Writer.TryWrite(new ConsoleOutput.Notice(text));
}
