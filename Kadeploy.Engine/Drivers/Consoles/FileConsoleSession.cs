using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>A user's session with a console of which there is only a file to which another program writes: he looks on.</summary>
/// <param name="node">The node.</param>
/// <param name="path">The file.</param>
internal sealed class FileConsoleSession(NodeName node, string path) : IConsoleSession
{
    private readonly CancellationTokenSource _left = new();

    /// <inheritdoc/>
    public NodeName Node => node;

    /// <inheritdoc/>
    public bool IsReadOnly => true;

    /// <summary>Holds the session until the user leaves it.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationFailedException">The file is not there.</exception>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            await _left.CancelAsync().ConfigureAwait(false);
            throw new OperationFailedException(FaultCodes.ConsoleUnreachable, $"node {node}: there is no file '{path}' yet, to which something writes what comes from its console");
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(_left.Token, cancellationToken); // left, or ended from outside
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_left.IsCancellationRequested) await _left.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ConsoleOutput> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_left.Token, cancellationToken); // the session's end, or the reader's
        var pieces = ConsoleLogs.ReadFileAsync(path, follow: true, over.Token).GetAsyncEnumerator(over.Token);
        await using (pieces.ConfigureAwait(false))
        {
            while (await NextAsync().ConfigureAwait(false))
                if (!pieces.Current.IsEmpty) yield return new ConsoleOutput.Bytes(pieces.Current);
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await pieces.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> keys, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _left.CancelAsync().ConfigureAwait(false);
}
