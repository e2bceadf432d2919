using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace Kadeploy.TestKit.Consoles;

/// <summary>A node's console, played by the test.</summary>
public sealed class FakeConsoleSession(bool readOnly) : IConsoleSession
{
    private readonly Channel<ConsoleOutput> _output = Channel.CreateUnbounded<ConsoleOutput>();

    public NodeName Node { get; } = NodeName.Parse("sim-1");

    public bool IsReadOnly => readOnly;

    public StringBuilder Typed { get; } = new();

    public Action? OnTyped { get; set; }

    /// <summary>Gets or sets a value indicating whether what is typed waits for ever, as where the node's program reads nothing.</summary>
    public bool TakesNoKeys { get; set; }

    public bool IsLeft { get; private set; }

    public void Prints(string text) => Prints(Encoding.UTF8.GetBytes(text));

    public void Prints(ReadOnlySpan<byte> bytes) => _output.Writer.TryWrite(new ConsoleOutput.Bytes(bytes.ToArray()));

    public void Tells(string text) => _output.Writer.TryWrite(new ConsoleOutput.Notice(text));

    public void Ends() => _output.Writer.TryComplete();

    public async IAsyncEnumerable<ConsoleOutput> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var output in _output.Reader.ReadAllAsync(cancellationToken)) yield return output;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> keys, CancellationToken cancellationToken)
    {
        Typed.Append(Encoding.UTF8.GetString(keys.Span));
        OnTyped?.Invoke();
        if (TakesNoKeys) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        IsLeft = true;
        return ValueTask.CompletedTask;
    }
}
