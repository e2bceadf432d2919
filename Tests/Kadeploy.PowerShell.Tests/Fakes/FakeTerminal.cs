using System.Text;
using System.Threading.Channels;
using Kadeploy.Terminals;

namespace Kadeploy.PowerShell.Tests.Fakes;

/// <summary>A terminal whose user is the test.</summary>
internal sealed class FakeTerminal : IRawTerminal
{
    private readonly Channel<ReadOnlyMemory<byte>> _keys = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    public bool IsTaken { get; private set; }

    public MemoryStream Screen { get; } = new();

    public string Shown => Encoding.UTF8.GetString(Screen.ToArray());

    public (IRawTerminal, Stream) Take(EscapeSequence escape)
    {
        IsTaken = true;
        return (this, Screen);
    }

    public void Type(string keys) => _keys.Writer.TryWrite(Encoding.UTF8.GetBytes(keys));

    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) => await _keys.Reader.ReadAsync(cancellationToken);

    public void Dispose() => IsTaken = false;
}
