using System.Collections.Concurrent;
using System.Security.Cryptography;
using Kadeploy.Protocol;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>A connection with the agent of one node, after it was let in.</summary>
/// <remarks>Safe for use by many callers at once. When it ends, every call on it ends with <see cref="ChannelLostException"/>.</remarks>
internal sealed class AgentConnection : IDisposable
{
    // The agent takes 16 at once.
    private const int MostTransfers = 8;
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim _transfers = new(MostTransfers, MostTransfers);
    private readonly SentPrograms _programs;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, Conversation> _conversations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<string>> _files = new();
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource> _pings = new();
    private readonly ConcurrentQueue<TaskCompletionSource<Inventory>> _inventories = new();
    private ulong _lastPing;
    private uint _lastFile;

    /// <summary>Takes over a connection whose hello was accepted.</summary>
    /// <param name="node">Whose it is.</param>
    /// <param name="hello">What the agent said.</param>
    /// <param name="programs">The programs that nodes are sent, by name.</param>
    /// <param name="reader">What the agent sends.</param>
    /// <param name="writer">What it is sent; disposed of with the connection.</param>
    /// <param name="silence">After how long without a sign of life it is lost.</param>
    /// <param name="time">The clock.</param>
    public AgentConnection(
        NodeName node, Hello hello, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> programs, FrameReader reader, FrameWriter writer, TimeSpan silence, TimeProvider time)
    {
        (Node, System, _reader, _writer, _silence, _time) = (node, SystemOf(hello), reader, writer, silence, time);
        _programs = new(programs, hello.ProgramDirectory, (path, mode, content) => WriteFileAsync(path, mode, new MemoryStream(content.ToArray(), writable: false), content.Length, null, CancellationToken.None));
        _reader.Limit = Wire.LargestPayload;
    }

    /// <summary>Gets the node.</summary>
    public NodeName Node { get; }

    /// <summary>Gets the system that runs there.</summary>
    public RunningSystem System { get; }

    /// <summary>Gets a task that ends with the connection.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Receives until the connection ends.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it ended, for people.</returns>
    public async Task<string> ReceiveAsync(CancellationToken cancellationToken)
    {
        // Fires when the listener stops, when a newer connection of the node takes over, or when a ping is not answered.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellationToken);
        var heartbeat = BeatAsync(stop.Token);
        try
        {
            while (await _reader.ReadAsync(stop.Token).ConfigureAwait(false) is { } frame) Handle(frame);
            return "the agent closed it";
        }
        catch (Exception problem) when (problem is ProtocolException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return problem is OperationCanceledException ? "it was ended here" : problem.Message;
        }
        finally
        {
            _ended.TrySetResult();
            await _end.CancelAsync().ConfigureAwait(false);
            await heartbeat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends the connection.</summary>
    public void Close()
    {
        _ended.TrySetResult();
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Makes sure that the agent is there.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChannelLostException">It is not.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _lastPing);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _pings[number] = answer;
        try
        {
            await SendAsync(new Ping(FrameType.Ping, number)).ConfigureAwait(false);
            await WhileOpenAsync(answer.Task, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pings.TryRemove(number, out _);
        }
    }

    /// <summary>Asks for the node's hardware.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChannelLostException">The connection ended.</exception>
    public async Task<Inventory> ReadInventoryAsync(CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<Inventory>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Any answer will do for any question: the hardware is the same.
        _inventories.Enqueue(answer);
        await SendAsync(new InventoryRequest()).ConfigureAwait(false);
        await WhileOpenAsync(answer.Task, cancellationToken).ConfigureAwait(false);
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>Writes a file on the node: afterwards it is there as a whole, or the old one is.</summary>
    /// <param name="path">An absolute path; missing directories are made.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="content">Its content, read to the end.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="progress">Is told how many bytes have been sent; or null.</param>
    /// <param name="cancellationToken">Stops; the file is not touched then.</param>
    /// <exception cref="OperationFailedException">The node could not write it; repeating is harmless.</exception>
    /// <exception cref="ChannelLostException">The connection ended.</exception>
    public async Task WriteFileAsync(
        string path, UnixFileMode mode, Stream content, long length, Action<CommandProgress>? progress, CancellationToken cancellationToken)
    {
        if (!path.StartsWith('/') || path.EndsWith('/') || path.Contains('\0', StringComparison.Ordinal))
            throw new OperationFailedException(FaultCodes.Command, $"node {Node}: '{Printable.Text(path)}' is no absolute path of a file");
        await _transfers.WaitAsync(cancellationToken).ConfigureAwait(false);
        var transfer = Interlocked.Increment(ref _lastFile);
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _files[transfer] = answer;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Wire.LargestChunk];
        long sent = 0;
        var shorter = false;
        try
        {
            await SendAsync(new FileBegin(transfer, path, (ushort)mode, length)).ConfigureAwait(false);
            try
            {
                while (sent < length)
                {
                    var count = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - sent)), cancellationToken).ConfigureAwait(false);
                    shorter = count == 0;
                    if (shorter) break;
                    digest.AppendData(buffer, 0, count);
                    await SendAsync(new FileData(transfer, buffer.AsMemory(0, count))).ConfigureAwait(false);
                    sent += count;
                    progress?.Invoke(new(sent, length));
                }
            }
            finally
            {
                // A file that broke off is ended with what it has: the node finds it incomplete and throws it away.
                await SendAsync(new FileEnd(transfer, digest.GetHashAndReset())).ConfigureAwait(false);
            }

            await WhileOpenAsync(answer.Task, cancellationToken).ConfigureAwait(false);
            var problem = shorter ? $"only {sent} of its {length} bytes could be read here" : await answer.Task.ConfigureAwait(false);
            if (problem.Length > 0) throw new OperationFailedException(FaultCodes.Command, $"node {Node}: {Printable.Text(path)}: {Printable.Text(problem)}");
        }
        finally
        {
            _files.TryRemove(transfer, out _);
            _transfers.Release();
        }
    }

    /// <summary>Runs a command, or attaches to it when it is known there, and waits for its end.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops the program; this returns when it has stopped.</param>
    /// <exception cref="ChannelLostException">The connection ended; the program goes on, and its end can be fetched over the next one.</exception>
    /// <exception cref="CommandStoppedException">The caller asked; <see cref="RemoteCommand.HasEnded"/> says whether the program is known to have ended.</exception>
    /// <exception cref="OperationCanceledException">The caller asked before the command was sent.</exception>
    public async Task<ExitReport> RunAsync(RemoteCommand command, CancellationToken cancellationToken)
    {
        await _programs.PrepareAsync(command.Command, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var request = command.Request(_programs.VectorOf(command.Command));
        var conversation = new Conversation(command);
        if (!_conversations.TryAdd(command.Id, conversation))
            throw new OperationFailedException(FaultCodes.Command, $"node {Node}: '{command.Program}' of the same attempt is being waited for already");
        try
        {
            command.WasSent = true;
            await SendAsync(request).ConfigureAwait(false);
            try
            {
                await SendInputAsync(conversation, cancellationToken).ConfigureAwait(false);
                await WhileOpenAsync(conversation.Exit.Task, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await CancelAsync(conversation).ConfigureAwait(false);
                throw new CommandStoppedException(command.LastLines, cancellationToken);
            }

            await SendAsync(new CommandNotice(FrameType.Done, command.Id)).ConfigureAwait(false);
            return await conversation.Exit.Task.ConfigureAwait(false);
        }
        catch (ChannelLostException) when (conversation.Exit.Task.IsCompletedSuccessfully)
        {
            return await conversation.Exit.Task.ConfigureAwait(false);
        }
        finally
        {
            _conversations.TryRemove(command.Id, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _transfers.Dispose();
        _end.Dispose();
    }

    private async Task SendInputAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        var input = conversation.Command.Input;
        if (input.IsEmpty) return;
        var attached = conversation.Attached.Task;
        await WhileOpenAsync(Task.WhenAny(attached, conversation.Exit.Task), cancellationToken).ConfigureAwait(false);
        if (!attached.IsCompletedSuccessfully) return;
        for (var sent = await attached.ConfigureAwait(false); sent < input.Length && !conversation.Exit.Task.IsCompleted;)
        {
            var room = conversation.InputTaken + Wire.InputWindow - sent;
            if (room <= 0)
            {
                var news = Task.WhenAny(conversation.NextInputTaken(sent - Wire.InputWindow), conversation.Exit.Task);
                await WhileOpenAsync(news, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var count = (int)Math.Min(Math.Min(room, Wire.LargestChunk), input.Length - sent);
            cancellationToken.ThrowIfCancellationRequested();
            await SendAsync(new InputChunk(conversation.Command.Id, sent, input.Slice((int)sent, count))).ConfigureAwait(false);
            sent += count;
        }
    }

    /// <summary>Has a command of an earlier connection stopped.</summary>
    /// <param name="id">What the agent knows it by; unknown ones are passed over there.</param>
    /// <exception cref="ChannelLostException">The connection ended.</exception>
    public ValueTask CancelAsync(string id) => SendAsync(new CommandNotice(FrameType.Cancel, id));

    /// <summary>Says what the greeting tells of the system on a node.</summary>
    internal static RunningSystem SystemOf(Hello hello) =>
        new(hello.IsDeploymentEnvironment ? SystemKind.DeploymentEnvironment : SystemKind.Installed, hello.BootId)
        {
            RootDevice = hello.RootDevice.Length > 0 ? hello.RootDevice : null,
            DeployedBy = OperationId.TryParse(hello.Marker, null, out var operation) ? operation : null,
        };

    // With a limit of its own: the caller's token has fired already.
    private async Task CancelAsync(Conversation conversation)
    {
        using var limit = new CancellationTokenSource(CancelTime, _time);
        try
        {
            await SendAsync(new CommandNotice(FrameType.Cancel, conversation.Command.Id)).ConfigureAwait(false);
            await WhileOpenAsync(conversation.Exit.Task, limit.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ChannelLostException or OperationCanceledException)
        {
            // What became of it is unknown; the caller has been told that a cancelled command may have done anything.
        }
    }

    private async ValueTask SendAsync(IMessage message)
    {
        try
        {
            await _writer.WriteAsync(message, _end.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or ObjectDisposedException)
        {
            throw Lost();
        }
    }

    private async Task WhileOpenAsync(Task task, CancellationToken cancellationToken)
    {
        await Task.WhenAny(task, _ended.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!task.IsCompleted) throw Lost();
    }

    private ChannelLostException Lost() => new($"node {Node}: the connection with its agent ended");

    // Asks often enough that the agent hears something within its patience, and ends the connection when no answer comes within ours.
    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_silence / 3, _time, cancellationToken).ConfigureAwait(false);
            using var limit = new CancellationTokenSource(_silence * 2 / 3, _time);
            try
            {
                await PingAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                Close();
                return;
            }
            catch (ChannelLostException)
            {
                return;
            }
        }
    }

    private void Handle(Frame frame)
    {
        var payload = frame.Payload.Span;
        switch (frame.Type)
        {
            case FrameType.Pong:
                if (_pings.TryGetValue(Ping.Parse(payload), out var ping)) ping.TrySetResult();
                break;
            case FrameType.Attached or FrameType.InputTaken:
                var state = InputState.Parse(frame.Type, payload);
                if (_conversations.TryGetValue(state.Id, out var conversation)) conversation.Receive(state);
                break;
            case FrameType.Output:
                var chunk = OutputChunk.Parse(payload);
                if (_conversations.TryGetValue(chunk.Id, out conversation)) conversation.Command.Receive(chunk);
                break;
            case FrameType.Progress:
                var report = ProgressReport.Parse(payload);
                if (_conversations.TryGetValue(report.Id, out conversation)) conversation.Command.Receive(report);
                break;
            case FrameType.Exit:
                var exit = ExitReport.Parse(payload);
                if (!_conversations.TryGetValue(exit.Id, out conversation)) break;
                conversation.Command.HasEnded = true;
                conversation.Exit.TrySetResult(exit);
                break;
            case FrameType.FileResult:
                var result = FileResult.Parse(payload);
                if (_files.TryGetValue(result.Transfer, out var file)) file.TrySetResult(result.Problem);
                break;
            case FrameType.Inventory:
                var inventory = Inventory.Parse(payload);
                if (_inventories.TryDequeue(out var question)) question.TrySetResult(inventory);
                break;
            default:
                throw new ProtocolException($"a {frame.Type} came after the greeting");
        }
    }

    /// <summary>A command as long as this connection serves it.</summary>
    private sealed class Conversation(RemoteCommand command)
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RemoteCommand Command => command;

        public TaskCompletionSource<long> Attached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<ExitReport> Exit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long InputTaken { get; private set; }

        public Task NextInputTaken(long more)
        {
            lock (_gate) return InputTaken > more ? Task.CompletedTask : _news.Task;
        }

        public void Receive(InputState state)
        {
            if (state.InputTaken < InputTaken || state.InputTaken > command.Input.Length) throw new ProtocolException("more or less input was taken than is possible");
            if (state.Type == FrameType.Attached)
            {
                Attached.TrySetResult(state.InputTaken);
                return;
            }

            lock (_gate)
            {
                InputTaken = state.InputTaken;
                _news.TrySetResult();
                _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
