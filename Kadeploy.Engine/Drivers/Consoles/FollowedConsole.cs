using System.Collections.Frozen;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Follows consoles by a program for each node, which prints what comes, as long as an operation lasts.</summary>
/// <remarks>A program that ends is started again after a pause that doubles, so often that a controller's reset is outlived and a wrong password does not
/// fill its log. Its standard input stays open, as some end with it. Nothing that goes wrong here concerns a deployment.</remarks>
internal sealed class FollowedConsole : IConsole, IDisposable
{
    private const int MostStarts = 12;
    private const int MostPreparations = 16;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();

    // Thousands of programs at once would hold up what matters then: the first reboots.
    private readonly SemaphoreSlim _preparations = new(MostPreparations, MostPreparations);
    private readonly FrozenDictionary<NodeName, ByteTail> _tails;
    private readonly TimeProvider _time;
    private readonly Task _following;

    /// <summary>Begins to follow.</summary>
    /// <param name="nodes">Whose consoles.</param>
    /// <param name="prepare">What is done before each start, such as ending a session that was left behind; null for nothing.</param>
    /// <param name="commandOf">Gives the program for a node.</param>
    /// <param name="time">The clock of pauses.</param>
    public FollowedConsole(
        IEnumerable<Node> nodes, Func<Node, CancellationToken, Task>? prepare, Func<Node, ProcessCommand> commandOf, TimeProvider time)
    {
        _time = time;
        var followed = nodes.ToList();
        _tails = followed.ToFrozenDictionary(static node => node.Name, static _ => new ByteTail(ConsoleText.Window));
        var stop = _stop.Token; // outlives its source
        _following = Task.WhenAll(followed.Select(node => Task.Run(() => FollowAsync(node, _tails[node.Name], prepare, commandOf, stop), CancellationToken.None)));
    }

    /// <inheritdoc/>
    public string Missing => "";

    /// <summary>Gets a task that ends when no program runs any more.</summary>
    internal Task Ended => _following;

    /// <inheritdoc/>
    public ImmutableArray<string> LastLines(Node node) =>
        _tails.TryGetValue(node.Name, out var tail) ? ConsoleText.LastLines(tail.Read(out var isCut), isCut) : [];

    /// <summary>Ends all programs; what has come so far can still be read.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested) return;
        _stop.Cancel();
        _ = _following.ContinueWith(_ => Forget(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Forget()
    {
        _stop.Dispose();
        _preparations.Dispose();
    }

    private async Task FollowAsync(
        Node node, ByteTail tail, Func<Node, CancellationToken, Task>? prepare, Func<Node, ProcessCommand> commandOf, CancellationToken stop)
    {
        var pause = FirstPause;
        for (var starts = 1; starts <= MostStarts && !stop.IsCancellationRequested; starts++)
        {
            var begun = _time.GetTimestamp();
            try
            {
                await PrepareAsync(node, prepare, stop).ConfigureAwait(false);
                await RunAsync(commandOf(node), tail, stop).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is KadeployException or Win32Exception or IOException or InvalidOperationException or OperationCanceledException)
            {
                // A console that cannot be followed gives no lines.
            }

            if (_time.GetElapsedTime(begun) > Healthy) (starts, pause) = (0, FirstPause);
            await Task.Delay(pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task PrepareAsync(Node node, Func<Node, CancellationToken, Task>? prepare, CancellationToken stop)
    {
        if (prepare is null) return;
        await _preparations.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await prepare(node, stop).ConfigureAwait(false);
        }
        finally
        {
            _preparations.Release();
        }
    }

    private static async Task RunAsync(ProcessCommand command, ByteTail tail, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = ProcessRunner.StartInfo(command) };
        process.Start();
        // Fires when following ends; killed even if the program has closed its output.
        using var kill = stop.Register(() => Kill(process));
        var errors = DrainAsync(process.StandardError.BaseStream, null);
        await DrainAsync(process.StandardOutput.BaseStream, tail).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await errors.ConfigureAwait(false);
    }

    private static async Task DrainAsync(Stream stream, ByteTail? tail)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0) tail?.Add(buffer.AsSpan(0, count));
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }
}
