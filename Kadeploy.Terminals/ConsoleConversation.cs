using System.Threading.Channels;

namespace Kadeploy.Terminals;

/// <summary>Connects a user with the console of a node, until he leaves it; all front ends do it alike.</summary>
/// <param name="console">The console.</param>
/// <param name="screen">Where he sees it.</param>
/// <param name="escape">The keys by which he leaves.</param>
internal sealed class ConsoleConversation(IConsoleSession console, IConsoleScreen screen, EscapeSequence escape)
{
    private static readonly TimeSpan LastKeys = TimeSpan.FromSeconds(1);

    private bool _raw;

    /// <summary>Does all of it; however it ends, the terminal is as before. Whoever only looks on needs none.</summary>
    /// <param name="takeTerminal">Takes the terminal; given the keys by which he leaves.</param>
    /// <param name="interrupted">Ends when he is to leave; its token fires when he has left.</param>
    /// <returns>A task that ends when he has left or was interrupted, or when the console is his no more.</returns>
    /// <exception cref="IOException">The terminal cannot be taken.</exception>
    public async Task RunAsync(Func<EscapeSequence, IRawTerminal> takeTerminal, Func<CancellationToken, Task> interrupted)
    {
        using var over = new CancellationTokenSource(); // one of the three has ended
        using var terminal = console.IsReadOnly ? null : takeTerminal(escape);
        _raw = terminal is not null;
        var running = new List<Task>();
        try
        {
            await NoticeAsync(console.IsReadOnly ? $"you look at the console of {console.Node}; Ctrl-C leaves it" : $"this is the console of {console.Node}; {Leaving()}").ConfigureAwait(false);
            running.AddRange([ReadAsync(over.Token), interrupted(over.Token)]);
            if (terminal is not null) running.Add(TypeAsync(terminal, over.Token));
            await (await Task.WhenAny(running).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            terminal?.Dispose();
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _raw = false;
            if (terminal is not null) await screen.SayAsync(Environment.NewLine).ConfigureAwait(false);
            await NoticeAsync($"you have left the console of {console.Node}").ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(CancellationToken over)
    {
        await foreach (var output in console.ReadAsync(over).ConfigureAwait(false))
        {
            if (output is ConsoleOutput.Bytes bytes) await screen.ShowAsync(bytes.Data).ConfigureAwait(false);
            else if (output is ConsoleOutput.Notice notice) await NoticeAsync(notice.Text).ConfigureAwait(false);
        }
    }

    private async Task TypeAsync(IRawTerminal terminal, CancellationToken over)
    {
        var watcher = escape.Watch();
        // A console that takes no keys, or is not there yet, must not keep those from being seen that leave it.
        var typed = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var given = CancellationTokenSource.CreateLinkedTokenSource(over); // over, or nobody waits for the last keys any more
        var handing = HandOnAsync(typed.Reader, given.Token);
        try
        {
            while (await terminal.ReadAsync(over).ConfigureAwait(false) is { IsEmpty: false } keys)
            {
                var left = watcher.Next(keys.Span, out var passed);
                if (passed.Length > 0) typed.Writer.TryWrite(passed);
                if (left) break;
            }

            typed.Writer.Complete();
            await handing.WaitAsync(LastKeys, TimeProvider.System, over).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // They reach nobody.
        }
        finally
        {
            await given.CancelAsync().ConfigureAwait(false);
            await handing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HandOnAsync(ChannelReader<byte[]> typed, CancellationToken given)
    {
        await foreach (var keys in typed.ReadAllAsync(given).ConfigureAwait(false)) await console.WriteAsync(keys, given).ConfigureAwait(false);
    }

    private string Leaving() => escape switch
    {
        { IsNone: true } => "close the terminal to leave it",
        { IsForLineStart: true } => $"{escape} at the beginning of a line leaves it",
        _ => $"{escape} leaves it",
    };

    // In the terminal of a console, nothing but this begins lines.
    private ValueTask NoticeAsync(string text) => screen.SayAsync(_raw ? $"\r\n[kadeploy] {text}\r\n" : $"[kadeploy] {text}{Environment.NewLine}");
}
