using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Engines;
using Kadeploy.Terminals;

namespace Kadeploy.Cli.Running;

/// <summary>Connects the user's terminal with the console of a node, until he leaves it.</summary>
/// <param name="context">What the command was given.</param>
/// <param name="session">The engine.</param>
/// <param name="escape">The keys by which he leaves.</param>
internal sealed class ConsoleRun(CommandContext context, IEngineSession session, EscapeSequence escape) : IConsoleScreen
{
    private readonly IConsoleStreams _console = context.Console;

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

    public ValueTask ShowAsync(ReadOnlyMemory<byte> data)
    {
        _console.OutputBytes.Write(data.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask SayAsync(string text)
    {
        _console.Error.Write(text);
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives the terminal to the session; however it ends, the terminal is as before.</summary>
    /// <returns>Whether the process was asked to end.</returns>
    private async Task<bool> UseAsync(IConsoleSession console)
    {
        Interruption? interruption = null;
        await new ConsoleConversation(console, this, escape).RunAsync(_console.TakeTerminal, async over => interruption = await context.Interrupts.NextAsync(over));
        return interruption is not null && !(console.IsReadOnly && interruption is Interruption.Interrupt);
    }

    private void Tell(Fault fault)
    {
        _console.Error.WriteLine($"kadeploy: {Printable.Text(fault.Message)}");
        _console.Error.WriteLine($"{fault.SuggestedAction} ({fault.Code})");
    }
}
