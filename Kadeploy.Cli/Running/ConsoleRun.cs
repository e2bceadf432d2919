using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Engines;

namespace Kadeploy.Cli.Running;

/// <summary>Connects the user's terminal with the console of a node, until he leaves it.</summary>
/// <param name="context">What the command was given.</param>
/// <param name="session">The engine.</param>
/// <param name="escape">The keys by which he leaves.</param>
internal sealed class ConsoleRun(CommandContext context, IEngineSession session, EscapeSequence escape)
{
    private readonly IConsoleStreams _console = context.Console;
    private bool _raw;

    /// <summary>Does all of it.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Ends what is done before the operation is recorded.</param>
    /// <returns>The exit code.</returns>
    public async Task<ExitCode> RunAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        var plan = await session.Engine.PlanAsync(request, cancellationToken);
        var started = await session.Engine.StartAsync(plan, CancellationToken.None);
        var interrupted = false;
        Operation ended;
        try
        {
            if (await session.Engine.OpenConsoleAsync(started.Id, CancellationToken.None) is { } console)
                await using (console) interrupted = await UseAsync(console);
        }
        finally
        {
            ended = await session.Engine.WaitAsync(started.Id, CancellationToken.None);
        }

        await foreach (var happened in session.Engine.ReadEventsAsync(started.Id, 0, follow: false, CancellationToken.None))
            if (happened is OperationEvent.NodeFinished { Fault: { } fault }) Tell(fault);
        return interrupted ? ExitCode.Interrupted : ExitCodes.From(ended.Results);
    }

    /// <summary>Gives the terminal to the session; however it ends, the terminal is as before.</summary>
    /// <returns>Whether the process was asked to end.</returns>
    private async Task<bool> UseAsync(IConsoleSession console)
    {
        using var over = new CancellationTokenSource(); // one of the three has ended
        using var terminal = console.IsReadOnly ? null : _console.TakeTerminal();
        _raw = terminal is not null;
        Notice(console.IsReadOnly ? $"you look at the console of {console.Node}; Ctrl-C leaves it" : $"this is the console of {console.Node}; {Leaving()}");
        var reading = ReadAsync(console, over.Token);
        var typing = terminal is null ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token) : TypeAsync(terminal, console, over.Token);
        var interruption = context.Interrupts.NextAsync(over.Token);
        try
        {
            await await Task.WhenAny(reading, typing, interruption);
            return interruption.IsCompletedSuccessfully && !(console.IsReadOnly && await interruption is Interruption.Interrupt);
        }
        finally
        {
            terminal?.Dispose();
            await over.CancelAsync();
            await Task.WhenAll(reading, typing, (Task)interruption).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _raw = false;
            if (terminal is not null) _console.Error.WriteLine();
            Notice($"you have left the console of {console.Node}");
        }
    }

    private async Task ReadAsync(IConsoleSession console, CancellationToken over)
    {
        await foreach (var output in console.ReadAsync(over))
        {
            if (output is ConsoleOutput.Bytes bytes) _console.OutputBytes.Write(bytes.Data.Span);
            else if (output is ConsoleOutput.Notice notice) Notice(notice.Text);
        }
    }

    private async Task TypeAsync(IRawTerminal terminal, IConsoleSession console, CancellationToken over)
    {
        var watcher = escape.Watch();
        while (await terminal.ReadAsync(over) is { IsEmpty: false } keys)
        {
            var left = watcher.Next(keys.Span, out var passed);
            if (passed.Length > 0) await console.WriteAsync(passed, over);
            if (left) return;
        }
    }

    private string Leaving() => escape switch
    {
        { IsNone: true } => "close the terminal to leave it",
        { IsForLineStart: true } => $"{escape} at the beginning of a line leaves it",
        _ => $"{escape} leaves it",
    };

    // In the terminal of a console, nothing but this begins lines.
    private void Notice(string text) => _console.Error.Write(_raw ? $"\r\n[kadeploy] {text}\r\n" : $"[kadeploy] {text}{Environment.NewLine}");

    private void Tell(Fault fault)
    {
        _console.Error.WriteLine($"kadeploy: {Printable.Text(fault.Message)}");
        _console.Error.WriteLine($"{fault.SuggestedAction} ({fault.Code})");
    }
}
