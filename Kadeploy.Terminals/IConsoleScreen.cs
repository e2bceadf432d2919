namespace Kadeploy.Terminals;

/// <summary>Where a user sees the console of a node. Called by one at a time, in order.</summary>
internal interface IConsoleScreen
{
    /// <summary>Shows what the node printed.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>A task that ends when it is shown.</returns>
    ValueTask ShowAsync(ReadOnlyMemory<byte> data);

    /// <summary>Says something about the console.</summary>
    /// <param name="text">The text with its ends of lines, which are those that the terminal needs at the moment.</param>
    /// <returns>A task that ends when it is said.</returns>
    ValueTask SayAsync(string text);
}
