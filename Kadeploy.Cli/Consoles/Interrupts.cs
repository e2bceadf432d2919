using System.Threading.Channels;

namespace Kadeploy.Cli.Consoles;

/// <summary>The interrupts of one run of the command, in their order.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Channel<Interruption> _arrived = Channel.CreateUnbounded<Interruption>();
    private readonly CancellationTokenSource _first;
    private readonly IDisposable _signals;
    private readonly CancellationTokenRegistration _asked;

    /// <summary>Takes over the interrupts of a console.</summary>
    /// <param name="console">The console.</param>
    /// <param name="cancellationToken">A caller's wish to stop; it counts as <see cref="Interruption.Terminate"/>.</param>
    public Interrupts(IConsoleStreams console, CancellationToken cancellationToken)
    {
        _first = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _asked = cancellationToken.Register(() => _arrived.Writer.TryWrite(Interruption.Terminate));
        _signals = console.OnInterrupt(Add);
    }

    /// <summary>Gets a token that the first interrupt cancels: for everything that may simply stop.</summary>
    public CancellationToken First => _first.Token;

    /// <summary>Waits for the next interrupt.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The interrupt; each is given once.</returns>
    public Task<Interruption> NextAsync(CancellationToken cancellationToken) => _arrived.Reader.ReadAsync(cancellationToken).AsTask();

    /// <summary>Waits until there is an interrupt, which <see cref="NextAsync"/> will still give.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    public Task ArrivalAsync(CancellationToken cancellationToken) => _arrived.Reader.WaitToReadAsync(cancellationToken).AsTask();

    /// <summary>Gives interrupts back to the system, so that one more ends the process at once.</summary>
    public void Release() => _signals.Dispose();

    public void Dispose()
    {
        Release();
        _asked.Dispose();
        _first.Dispose();
    }

    private void Add(Interruption interruption)
    {
        _arrived.Writer.TryWrite(interruption);
        try
        {
            _first.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended in this very moment, perhaps because of the line above.
        }
    }
}
