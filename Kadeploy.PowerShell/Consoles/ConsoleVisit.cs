using System.Text;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.Terminals;

namespace Kadeploy.PowerShell.Consoles;

/// <summary>A user's visit to the console of a node, from its plan until he has left.</summary>
/// <param name="session">The session.</param>
/// <param name="streams">What to tell, and where to show what the node prints when he only looks on.</param>
/// <param name="take">Takes the terminal.</param>
/// <param name="escape">The keys by which he leaves.</param>
internal sealed class ConsoleVisit(ISession session, ICmdletStreams streams, Func<EscapeSequence, (IRawTerminal Terminal, Stream Screen)> take, EscapeSequence escape) : IConsoleScreen
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private Stream? _screen;

    /// <summary>Does all of it.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Makes him leave.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out, or the terminal cannot be taken.</exception>
    public async Task RunAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        var plan = await session.Operations.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        var started = await session.Operations.StartAsync(plan, CancellationToken.None).ConfigureAwait(false);
        try
        {
            await UseAsync(started.Id, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            started = await session.Operations.WaitAsync(started.Id, CancellationToken.None).ConfigureAwait(false);
        }

        DateTimeOffset? began = null;
        await foreach (var happened in session.Operations.ReadEventsAsync(started.Id, 0, follow: false, cancellationToken).ConfigureAwait(false))
        {
            began ??= happened.At;
            if (happened is OperationEvent.NodeFinished { Fault: not null } end) await streams.WriteErrorAsync(ErrorReport.Of(NodeResult.Of(started, end, began.Value))).ConfigureAwait(false);
        }
    }

    public async ValueTask ShowAsync(ReadOnlyMemory<byte> data)
    {
        if (_screen is not null)
        {
            await _screen.WriteAsync(data).ConfigureAwait(false);
            return;
        }

        var text = new char[_decoder.GetCharCount(data.Span, flush: false)];
        _decoder.GetChars(data.Span, text, flush: false);
        if (text.Length > 0) await streams.ShowAsync(new(text)).ConfigureAwait(false);
    }

    public ValueTask SayAsync(string text) => streams.ShowAsync(text);

    private async Task UseAsync(OperationId operation, CancellationToken cancellationToken)
    {
        try
        {
            if (await session.Operations.OpenConsoleAsync(operation, cancellationToken).ConfigureAwait(false) is not { } console) return;
            await using (console.ConfigureAwait(false))
                await new ConsoleConversation(console, this, escape).RunAsync(Take, over => UntilAsync(over, cancellationToken)).ConfigureAwait(false);
        }
        catch (IOException impossible)
        {
            throw new ConfigurationException(impossible.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // He may have left before the line was there.
            await CancelAsync(operation).ConfigureAwait(false);
            throw;
        }
    }

    private IRawTerminal Take(EscapeSequence keys)
    {
        (var terminal, _screen) = take(keys);
        return terminal;
    }

    private async Task CancelAsync(OperationId operation)
    {
        try
        {
            await session.Operations.CancelAsync(operation, session.User, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ConfigurationException)
        {
            // It has ended.
        }
    }

    private static async Task UntilAsync(CancellationToken over, CancellationToken left)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, left);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(false);
    }
}
