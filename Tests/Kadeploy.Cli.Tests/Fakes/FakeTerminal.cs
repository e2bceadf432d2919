using System.Text;
using System.Threading.Channels;
using Kadeploy.Terminals;

namespace Kadeploy.Cli.Tests.Fakes;

/// <summary>A terminal whose user is the test.</summary>
internal sealed class FakeTerminal : IRawTerminal
{
    private readonly Channel<ReadOnlyMemory<byte>> _keys = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    public bool IsTaken { get; set; }

    public void Type(string keys) => _keys.Writer.TryWrite(Encoding.UTF8.GetBytes(keys));

    public void Close() => _keys.Writer.Complete();

    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _keys.Reader.WaitToReadAsync(cancellationToken))
            if (_keys.Reader.TryRead(out var keys)) return keys;
        return ReadOnlyMemory<byte>.Empty;
    }

    public void Dispose() => IsTaken = false;
}
