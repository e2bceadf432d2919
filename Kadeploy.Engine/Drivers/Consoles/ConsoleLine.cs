using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>What all lines of a cluster have in common.</summary>
/// <param name="Folder">Where processes find each other.</param>
/// <param name="ProgramOf">Gives a node's program.</param>
/// <param name="LogLimit">How many bytes of each console are kept.</param>
/// <param name="Time">The clock.</param>
internal sealed record ConsoleLineSettings(ConsoleFolder Folder, Func<Node, ConsoleProgram> ProgramOf, long LogLimit, TimeProvider Time)
{
    /// <summary>Gets what limits how many lines are opened at once: thousands of programs would hold up what matters then, the first reboots.</summary>
    public SemaphoreSlim Preparations { get; } = new(16, 16);
}

/// <summary>Takes part in having a node's console: holds the line for all who want it, or follows whoever holds it and takes its place when that ends.</summary>
/// <remarks>A controller has one such session, so the processes of a machine share it: one of them, which has the lock, runs the program; the others connect to its socket.
/// A program that ends is started again after a pause that doubles, so often that a controller's reset is outlived and a wrong password does not fill its log, and at once when
/// somebody comes who wants to type. Where processes cannot find each other, each has a line of its own.</remarks>
internal sealed class ConsoleLine : IAsyncDisposable
{
    private const int MostStarts = 12;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ElectionPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestElectionPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettledWithoutGreeting = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(1);

    private readonly Node _node;
    private readonly ConsoleLineSettings _settings;
    private readonly string _holder;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile string? _problem;

    /// <summary>Begins to take part.</summary>
    /// <param name="node">The node.</param>
    /// <param name="settings">What all lines have in common.</param>
    /// <param name="holder">What the line is for, as others are told.</param>
    public ConsoleLine(Node node, ConsoleLineSettings settings, string holder)
    {
        (_node, _settings, _holder, _time) = (node, settings, holder, settings.Time);
        var stop = _stop.Token;
        _running = Task.Run(() => TakePartAsync(stop), CancellationToken.None);
    }

    /// <summary>Gets the end of what has come.</summary>
    public ByteTail Tail { get; } = new(ConsoleText.Window);

    /// <summary>Gets why the line cannot be shared or held here, whatever the node does.</summary>
    /// <value>Null when nothing stands in the way.</value>
    public string? Problem => _problem;

    /// <summary>Gets a task that ends when nothing of this runs any more.</summary>
    public Task Ended => _running;

    /// <summary>Begins to end it, without waiting; what has come so far can still be read.</summary>
    public void Stop() => _stop.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task TakePartAsync(CancellationToken stop)
    {
        var pause = ElectionPause;
        while (!stop.IsCancellationRequested)
        {
            var took = false;
            try
            {
                using var claim = _settings.Folder.Obstacle(_node.Name) is null ? _settings.Folder.TryTake(_node.Name) : new MemoryStream();
                if (claim is not null) await HoldAsync(stop).ConfigureAwait(false);
                else took = await FollowAsync(stop).ConfigureAwait(false);
            }
            catch (StoreException failure)
            {
                _problem = failure.Message;
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                // A console that cannot be had gives no lines.
            }

            // Who has followed somebody stands ready to take his place; who cannot reach him does not hurry.
            pause = took ? ElectionPause : Shorter(pause * 2, LongestElectionPause);
            await Task.Delay(pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> FollowAsync(CancellationToken stop)
    {
        var stream = await _settings.Folder.ConnectAsync(_node.Name, stop).ConfigureAwait(false);
        if (stream is null) return false;
        await using var closing = stream.ConfigureAwait(false);
        await stream.WriteAsync(ConsoleWire.Make(new ConsoleHello(_holder, true, false, "")), stop).ConfigureAwait(false);
        while (await ConsoleWire.ReadAsync(stream, stop).ConfigureAwait(false) is { } next)
            if (next.Frame == ConsoleFrame.Data) Tail.Add(next.Content);
        return true;
    }

    private async Task HoldAsync(CancellationToken stop)
    {
        var shares = _settings.Folder.Obstacle(_node.Name) is null;
        using var log = new ConsoleLog(_settings.Folder.Of(_node.Name), shares ? _settings.LogLimit : 0, _time);
        var hub = new ConsoleHub(Tail, log, _time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop); // stopped, or the program is not kept any more
        using var listener = shares ? _settings.Folder.Listen(_node.Name) : null;
        var accepting = listener is null ? Task.CompletedTask : AcceptAsync(listener, hub, over.Token);
        log.Mark($"the line is opened for {Printable.Text(_holder)}");
        try
        {
            await KeepProgramAsync(hub, stop).ConfigureAwait(false);
        }
        finally
        {
            log.Mark("the line is closed");
            if (shares) _settings.Folder.RemoveSocket(_node.Name);
            hub.Close();
            await over.CancelAsync().ConfigureAwait(false);
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task AcceptAsync(Socket listener, ConsoleHub hub, CancellationToken stop)
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(stop).ConfigureAwait(false);
                served.RemoveAll(static task => task.IsCompleted);
                served.Add(hub.ServeAsync(new NetworkStream(socket, ownsSocket: true), stop));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task KeepProgramAsync(ConsoleHub hub, CancellationToken stop)
    {
        var (pause, starts) = (FirstPause, 0);
        while (!stop.IsCancellationRequested)
        {
            var begun = _time.GetTimestamp();
            hub.Trying();
            if (await TryProgramAsync(hub, stop).ConfigureAwait(false) is { } problem && !stop.IsCancellationRequested) hub.Failed(problem);
            if (_time.GetElapsedTime(begun) > Healthy) (starts, pause) = (0, FirstPause);
            if (++starts >= MostStarts) pause = Timeout.InfiniteTimeSpan;
            if (await WaitAsync(hub, pause, stop).ConfigureAwait(false)) (starts, pause) = (0, FirstPause);
            else pause = Shorter(pause * 2, LongestPause);
        }
    }

    /// <summary>Waits for a while, or until somebody comes.</summary>
    private async Task<bool> WaitAsync(ConsoleHub hub, TimeSpan pause, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop); // stopped, or one of the two has come
        var wanted = hub.Wanted.ReadAsync(over.Token).AsTask();
        var rested = Task.Delay(pause, _time, over.Token);
        await Task.WhenAny(wanted, rested).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll((Task)wanted, rested).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return wanted.IsCompletedSuccessfully;
    }

    private async Task<string?> TryProgramAsync(ConsoleHub hub, CancellationToken stop)
    {
        try
        {
            var program = _settings.ProgramOf(_node);
            await PrepareAsync(program, stop).ConfigureAwait(false);
            return await RunAsync(program, hub, stop).ConfigureAwait(false);
        }
        catch (KadeployException failure)
        {
            return failure.Message;
        }
        catch (Win32Exception failure)
        {
            return $"the program of the console cannot be run: {failure.Message}";
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task PrepareAsync(ConsoleProgram program, CancellationToken stop)
    {
        if (program.Prepare is null) return;
        await _settings.Preparations.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await program.Prepare(stop).ConfigureAwait(false);
        }
        finally
        {
            _settings.Preparations.Release();
        }
    }

    private async Task<string?> RunAsync(ConsoleProgram program, ConsoleHub hub, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = ProcessRunner.StartInfo(program.Command) };
        process.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop); // stopped, or the program has ended
        var output = new ProgramOutput(program.Greeting, hub);
        var errors = new LineTail(program.Command.KeptLines);
        Task[] streams =
        [
            DrainAsync(process.StandardOutput.BaseStream, output.Add), DrainErrorsAsync(process.StandardError, errors, program.SignOfLife, output),
            TypeAsync(process.StandardInput.BaseStream, program.EscapeCharacter, output, hub, over.Token), SettleAsync(output, program.Greeting, over.Token),
        ];
        var exit = process.WaitForExitAsync(CancellationToken.None);
        try
        {
            await exit.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, exit).ConfigureAwait(false);
        }

        await over.CancelAsync().ConfigureAwait(false);
        // A child of the program's that lives on, such as one of ssh's for connections to come, may hold its output open for ever.
        await Task.WhenAll(streams).WaitAsync(DrainLimit, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        output.Close();
        lock (errors)
        {
            var reason = program.Explain([.. output.Early, .. errors.ToLines()]);
            return output.IsUp ? $"the line was lost: {reason}" : reason;
        }
    }

    /// <summary>Lets the program end by itself, so that it gives the controller's session back; then kills it.</summary>
    private async Task EndAsync(Process process, Task exit)
    {
        try
        {
            process.StandardInput.BaseStream.Close();
            await exit.WaitAsync(EndLimit, _time, CancellationToken.None).ConfigureAwait(false);
            return;
        }
        catch (Exception late) when (late is TimeoutException or IOException)
        {
            // It does not end with its input.
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }

        await exit.WaitAsync(EndLimit, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SettleAsync(ProgramOutput output, string greeting, CancellationToken over)
    {
        await Task.Delay(greeting.Length == 0 ? Settled : SettledWithoutGreeting, _time, over).ConfigureAwait(false);
        output.Up();
    }

    private static async Task TypeAsync(Stream input, byte? escape, ProgramOutput output, ConsoleHub hub, CancellationToken over)
    {
        var keys = new TypedKeys(escape);
        try
        {
            // What comes before, programs leave unread or throw away.
            await output.WhenUp.WaitAsync(over).ConfigureAwait(false);
            await foreach (var typed in hub.Keys.ReadAllAsync(over).ConfigureAwait(false))
            {
                await input.WriteAsync(keys.Next(typed), over).ConfigureAwait(false);
                await input.FlushAsync(over).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The program reads no more.
        }
    }

    private static async Task DrainAsync(Stream stream, Action<Memory<byte>> take)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0) take(buffer.AsMemory(0, count));
    }

    private static async Task DrainErrorsAsync(StreamReader reader, LineTail lines, string sign, ProgramOutput output)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) is var count and > 0)
        {
            bool isUp;
            lock (lines)
            {
                lines.Add(buffer.AsSpan(0, count));
                isUp = sign.Length > 0 && !output.IsUp && lines.ToLines().Any(line => line.StartsWith(sign, StringComparison.Ordinal));
            }

            if (isUp) output.Up();
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
