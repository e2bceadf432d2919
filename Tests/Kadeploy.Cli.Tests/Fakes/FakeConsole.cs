using System.Threading.Channels;
using Kadeploy.Cli.Consoles;
using Kadeploy.Terminals;

namespace Kadeploy.Cli.Tests.Fakes;

/// <summary>A console whose user is the test.</summary>
internal sealed class FakeConsole : IConsoleStreams
{
    private readonly Channel<char> _keys = Channel.CreateUnbounded<char>();
    private readonly TaskCompletionSource _keyAwaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<Interruption>? _handler;

    public StringWriter OutputText { get; } = new() { NewLine = "\n" };

    public StringWriter ErrorText { get; } = new() { NewLine = "\n" };

    public TextWriter Output
    {
        get => field ?? OutputText;
        init;
    }

    public MemoryStream Bytes { get; } = new();

    public Stream OutputBytes => Stream.Synchronized(Bytes);

    public TextWriter Error => TextWriter.Synchronized(ErrorText);

    public TextReader Input { get; init; } = TextReader.Null;

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public int Width { get; init; } = 80;

    public bool ShowsUnicode { get; init; } = true;

    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Gets a task that ends when the first key is asked for.</summary>
    public Task KeyAwaited => _keyAwaited.Task;

    /// <summary>Gets a value indicating whether interrupts were given back to the system.</summary>
    public bool InterruptsReleased => _handler is null;

    public string[] OutputLines => OutputText.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string? Variable(string name) => Variables.GetValueOrDefault(name);

    /// <summary>Gets the terminal that is taken for itself.</summary>
    public FakeTerminal Terminal { get; } = new();

    public IRawTerminal TakeTerminal(EscapeSequence escape)
    {
        Terminal.IsTaken = true;
        return Terminal;
    }

    public IDisposable OnInterrupt(Action<Interruption> handler)
    {
        _handler = handler;
        return new Registration(this);
    }

    public Task<char> ReadKeyAsync(CancellationToken cancellationToken)
    {
        _keyAwaited.TrySetResult();
        return _keys.Reader.ReadAsync(cancellationToken).AsTask();
    }

    public void Press(char key) => _keys.Writer.TryWrite(key);

    public void Interrupt(Interruption interruption = Interruption.Interrupt) => _handler!(interruption);

    private sealed class Registration(FakeConsole console) : IDisposable
    {
        public void Dispose() => console._handler = null;
    }
}
