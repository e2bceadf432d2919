using System.Collections.Concurrent;
using Kadeploy.Agent.Commands;
using Kadeploy.Agent.Hardware;
using Kadeploy.Protocol;

namespace Kadeploy.Agent;

/// <summary>One connection with an engine, from hello to its end.</summary>
internal sealed class AgentSession
{
    private static readonly TimeSpan GreetingTime = TimeSpan.FromSeconds(20);
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly CommandTable _commands;
    private readonly ConcurrentDictionary<CommandFeed, Task> _feeds = new();

    /// <summary>Makes a session of two directions.</summary>
    public AgentSession(Stream input, Stream output, CommandTable commands) =>
        (_reader, _writer, _commands) = (new(input, Peer.Engine), new(output), commands);

    /// <summary>Gets a value indicating whether the engine has taken the agent.</summary>
    public bool IsWelcome { get; private set; }

    /// <summary>Gets the engine's refusal, if it has refused.</summary>
    public Refused? Refusal { get; private set; }

    /// <summary>Serves the engine until the connection ends; programs go on.</summary>
    /// <exception cref="ProtocolException">The engine broke the protocol.</exception>
    /// <exception cref="IOException">The connection broke or fell silent.</exception>
    public async Task RunAsync(Hello hello, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var silence = new CancellationTokenSource(GreetingTime, TimeProvider.System);
        // Fires when the caller ends the agent or the engine has said nothing for too long.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end.Token, silence.Token);
        using var files = new FileReceiver();
        try
        {
            await _writer.WriteAsync(hello, stop.Token).ConfigureAwait(false);
            if (await _reader.ReadAsync(stop.Token).ConfigureAwait(false) is not { } first) throw new IOException("the engine closed the connection");
            if (first.Type == FrameType.Refused)
            {
                Refusal = Refused.Parse(first.Payload.Span);
                return;
            }

            if (first.Type != FrameType.Welcome) throw new ProtocolException("the engine's first frame is no welcome");
            var patience = TimeSpan.FromSeconds(Welcome.Parse(first.Payload.Span).SilenceSeconds);
            IsWelcome = true;
            _reader.Limit = Wire.LargestPayload;
            while (true)
            {
                silence.CancelAfter(patience);
                if (await _reader.ReadAsync(stop.Token).ConfigureAwait(false) is not { } frame) return;
                await HandleAsync(frame, files, end.Token).ConfigureAwait(false);
                MemoryBound.Keep();
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException("the engine has fallen silent");
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_feeds.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _writer.Dispose();
        }
    }

    private async ValueTask HandleAsync(Frame frame, FileReceiver files, CancellationToken end)
    {
        var payload = frame.Payload.Span;
        switch (frame.Type)
        {
            case FrameType.Ping:
                await _writer.WriteAsync(new Ping(FrameType.Pong, Ping.Parse(payload)), end).ConfigureAwait(false);
                break;
            case FrameType.Run:
                await RunAsync(RunRequest.Parse(payload), end).ConfigureAwait(false);
                break;
            case FrameType.Input:
                var chunk = InputChunk.Parse(payload);
                _commands.Find(chunk.Id)?.AddInput(chunk);
                break;
            case FrameType.Cancel:
                _commands.Find(CommandNotice.Parse(payload))?.Cancel();
                break;
            case FrameType.Done:
                _commands.Done(CommandNotice.Parse(payload));
                break;
            case FrameType.FileBegin:
                files.Begin(FileBegin.Parse(payload));
                break;
            case FrameType.FileData:
                files.Add(FileData.Parse(payload));
                break;
            case FrameType.FileEnd:
                await _writer.WriteAsync(files.End(FileEnd.Parse(payload)), end).ConfigureAwait(false);
                break;
            case FrameType.InventoryRequest:
                if (!payload.IsEmpty) throw new ProtocolException("a frame is longer than its content");
                await _writer.WriteAsync(HardwareInventory.Read("/"), end).ConfigureAwait(false);
                break;
            default:
                throw new ProtocolException($"a {frame.Type} came after the greeting");
        }
    }

    private async ValueTask RunAsync(RunRequest request, CancellationToken end)
    {
        var command = _commands.Run(request, out var known);
        if (command is null)
        {
            await _writer.WriteAsync(known!, end).ConfigureAwait(false);
            return;
        }

        var feed = new CommandFeed(command, request.OutputOffset, request.ErrorOffset);
        var received = command.Attach(feed);
        await _writer.WriteAsync(new InputState(FrameType.Attached, request.Id, received), end).ConfigureAwait(false);
        _feeds[feed] = FollowAsync(feed, end);
    }

    private async Task FollowAsync(CommandFeed feed, CancellationToken end)
    {
        // The feed must be in the table before it can be taken out.
        await Task.Yield();
        await feed.SendAsync(_writer, end).ConfigureAwait(false);
        _feeds.TryRemove(feed, out _);
    }
}
