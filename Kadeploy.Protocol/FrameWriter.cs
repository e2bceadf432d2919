using System.Buffers.Binary;

namespace Kadeploy.Protocol;

/// <summary>A message that goes into one frame.</summary>
internal interface IMessage
{
    /// <summary>Gets the type of its frame.</summary>
    FrameType Type { get; }

    /// <summary>Writes its content.</summary>
    void Write(PayloadWriter writer);
}

/// <summary>Writes frames; many callers may share it.</summary>
/// <param name="stream">Where they go.</param>
internal sealed class FrameWriter(Stream stream) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly PayloadWriter _frame = new();
    private uint _next;

    /// <summary>Writes one frame.</summary>
    /// <param name="message">Its content.</param>
    /// <param name="cancellationToken">The connection's end, not that of a single request: a frame that is cut off ends the connection.</param>
    /// <returns>A task that ends when the frame is handed to the transport.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask WriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _frame.Clear();
            _frame.Skip(Wire.HeaderLength);
            message.Write(_frame);
            var length = _frame.Length - Wire.HeaderLength;
            if (length > Wire.LargestPayload)
                throw new ArgumentException($"a {message.Type} of {length} bytes does not fit into a frame of {Wire.LargestPayload}", nameof(message));
            var header = _frame.Start(Wire.HeaderLength);
            BinaryPrimitives.WriteUInt32BigEndian(header, (uint)length);
            header[4] = (byte)message.Type;
            BinaryPrimitives.WriteUInt32BigEndian(header[5..], _next);
            _next = unchecked(_next + 1);
            await stream.WriteAsync(_frame.Written, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
