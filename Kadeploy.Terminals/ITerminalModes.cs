namespace Kadeploy.Terminals;

/// <summary>How a terminal treats what is typed and written.</summary>
internal interface ITerminalModes
{
    /// <summary>Lets keys through as they are, and bytes too.</summary>
    /// <exception cref="IOException">The terminal does not allow it.</exception>
    void SetRaw();

    /// <summary>Puts the modes back as they were found. Does not fail.</summary>
    void Restore();

    /// <summary>Opens what is typed.</summary>
    /// <returns>The keys; dispose of them when they are read no more.</returns>
    /// <exception cref="IOException">They cannot be had.</exception>
    ITerminalKeys OpenKeys();
}

/// <summary>What is typed at a terminal.</summary>
internal interface ITerminalKeys : IDisposable
{
    /// <summary>Waits for a key, and takes those that are there. Called by one thread.</summary>
    /// <param name="keys">Where to put their bytes.</param>
    /// <param name="isLast">Says of each byte whether what follows it is left in the terminal.</param>
    /// <returns>The number of bytes; 0 when the terminal is gone, or <see cref="Stop"/> was called.</returns>
    int Read(Span<byte> keys, Func<byte, bool> isLast);

    /// <summary>Ends the wait, now and for ever; called by any thread, any number of times. When it returns, keys are left to others.</summary>
    void Stop();
}
