using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Progress;

namespace Kadeploy.Cli.Running;

/// <summary>What becomes of an operation after an interrupt.</summary>
internal enum InterruptDecision
{
    /// <summary>It goes on.</summary>
    GoOn,

    /// <summary>It is cancelled: nodes that have not ended become cancelled.</summary>
    Cancel,

    /// <summary>It is left as it is, to be resumed.</summary>
    Leave,
}

/// <summary>Decides what an interrupt means: asks, but only once, and only somebody who can answer.</summary>
/// <param name="console">The console.</param>
/// <param name="interrupts">The interrupts.</param>
internal sealed class InterruptDialog(IConsoleStreams console, Interrupts interrupts)
{
    private bool _asked;

    /// <summary>Waits for an interrupt and its meaning.</summary>
    /// <param name="display">What is put aside for the question.</param>
    /// <param name="cancellationToken">Ends the wait and the question, when the operation has ended by itself.</param>
    /// <returns>The decision.</returns>
    public async Task<InterruptDecision> NextAsync(IProgressDisplay display, CancellationToken cancellationToken)
    {
        var interruption = await interrupts.NextAsync(cancellationToken);
        if (interruption is Interruption.Terminate || _asked || !console.InputIsTerminal || !console.ErrorIsTerminal)
            return InterruptDecision.Leave;
        _asked = true;
        display.Hide();
        try
        {
            return await AskAsync(cancellationToken);
        }
        finally
        {
            display.Show();
        }
    }

    private async Task<InterruptDecision> AskAsync(CancellationToken cancellationToken)
    {
        console.Error.Write("Cancel the operation [c], leave it to be resumed [l], go on [Enter]? ");
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var again = interrupts.ArrivalAsync(answered.Token);
        try
        {
            while (true)
            {
                var key = console.ReadKeyAsync(answered.Token);
                if (await Task.WhenAny(key, again) == again && again.IsCompletedSuccessfully) return InterruptDecision.Leave;
                if (Meaning(await key) is { } decision) return decision;
            }
        }
        finally
        {
            await answered.CancelAsync();
            console.Error.WriteLine();
        }
    }

    private static InterruptDecision? Meaning(char key) => key switch
    {
        'c' or 'C' => InterruptDecision.Cancel,
        'l' or 'L' => InterruptDecision.Leave,
        '\n' => InterruptDecision.GoOn,
        _ => null,
    };
}
