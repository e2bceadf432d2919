using Kadeploy.Terminals;

namespace Kadeploy.Cli.Consoles;

/// <summary>The process's connection to its user: streams, terminal, environment and interrupts.</summary>
internal interface IConsoleStreams
{
    /// <summary>Gets standard output, for results only; buffered until flushed.</summary>
    TextWriter Output { get; }

    /// <summary>Gets standard output for what is no text; not buffered.</summary>
    Stream OutputBytes { get; }

    /// <summary>Gets standard error, for everything that is no result.</summary>
    TextWriter Error { get; }

    /// <summary>Gets standard input.</summary>
    TextReader Input { get; }

    /// <summary>Gets a value indicating whether a person can type answers.</summary>
    bool InputIsTerminal { get; }

    /// <summary>Gets a value indicating whether results go to a screen.</summary>
    bool OutputIsTerminal { get; }

    /// <summary>Gets a value indicating whether progress goes to a screen.</summary>
    bool ErrorIsTerminal { get; }

    /// <summary>Gets the number of columns: 80 when there is no terminal.</summary>
    int Width { get; }

    /// <summary>Gets a value indicating whether the terminal shows more than ASCII.</summary>
    bool ShowsUnicode { get; }

    /// <summary>Reads an environment variable.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its value, or null when it is absent or empty.</returns>
    string? Variable(string name);

    /// <summary>Takes over interrupts, which then no longer end the process.</summary>
    /// <param name="handler">Called at each, on any thread.</param>
    /// <returns>Gives interrupts back to the system when disposed.</returns>
    IDisposable OnInterrupt(Action<Interruption> handler);

    /// <summary>Takes the terminal: each key is given as it is, nothing is echoed, and no key ends the process.</summary>
    /// <param name="escape">The keys that leave; those that follow them stay in the terminal.</param>
    /// <returns>The terminal; it is given back as it was when this is disposed of, and whenever the process ends in order.</returns>
    /// <exception cref="IOException">The terminal cannot be taken.</exception>
    IRawTerminal TakeTerminal(EscapeSequence escape);

    /// <summary>Waits for a key.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The character, or '\n' for Enter.</returns>
    Task<char> ReadKeyAsync(CancellationToken cancellationToken);
}

/// <summary>How a process is interrupted.</summary>
internal enum Interruption
{
    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>A request to end, as a service manager sends it; nobody is asked anything.</summary>
    Terminate,
}
