namespace Kadeploy;

/// <summary>A user's line to the serial console of a node, held by a console operation.</summary>
/// <remarks>Disposing leaves the console, with which the operation ends well. Safe for one reader and one writer at once.</remarks>
public interface IConsoleSession : IAsyncDisposable
{
    /// <summary>Gets the node.</summary>
    NodeName Node { get; }

    /// <summary>Gets a value indicating whether nothing can be typed.</summary>
    bool IsReadOnly { get; }

    /// <summary>Reads what comes; once.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Bytes and notices in their order, until the session is over: left, taken over, cancelled or failed. Why it failed is told by the operation.</returns>
    IAsyncEnumerable<ConsoleOutput> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Types.</summary>
    /// <param name="keys">What the terminal sent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is on its way. What is typed while the line is away, or by somebody who only looks on, is lost.</returns>
    ValueTask WriteAsync(ReadOnlyMemory<byte> keys, CancellationToken cancellationToken);
}

/// <summary>What comes from a console.</summary>
public abstract record ConsoleOutput
{
    private ConsoleOutput()
    {
    }

    /// <summary>What the node printed, as it is, but for tokens that let agents in.</summary>
    /// <param name="Data">The bytes.</param>
    public sealed record Bytes(ReadOnlyMemory<byte> Data) : ConsoleOutput;

    /// <summary>A word about the line, for the user.</summary>
    /// <param name="Text">One line without control characters.</param>
    public sealed record Notice(string Text) : ConsoleOutput;
}
