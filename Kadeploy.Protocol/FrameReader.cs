using System.Buffers.Binary;

namespace Kadeploy.Protocol;

/// <summary>One frame.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Payload">Its content; valid until the next frame is read.</param>
internal readonly record struct Frame(FrameType Type, ReadOnlyMemory<byte> Payload);

/// <summary>Reads frames, one after the other, and refuses what is not the next one.</summary>
/// <remarks>Memory: one buffer of the size of the largest frame so far, which <see cref="Limit"/> bounds before anything is allocated.</remarks>
/// <param name="stream">What is read.</param>
/// <param name="sender">Who is on the other side.</param>
internal sealed class FrameReader(Stream stream, Peer sender)
{
    private readonly byte[] _header = new byte[Wire.HeaderLength];
    private byte[] _buffer = new byte[512];
    private uint _expected;

    /// <summary>Gets or sets the largest payload that is taken, in bytes.</summary>
    public int Limit { get; set; } = Wire.LargestGreeting;

    /// <summary>Reads the next frame.</summary>
    /// <param name="cancellationToken">Ends the wait; the reader is of no use afterwards.</param>
    /// <returns>The frame, or null when the peer has closed the connection between two frames.</returns>
    /// <exception cref="ProtocolException">What came is no frame, is too large, came before or is not the sender's to send.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0) return null;
        if (read < _header.Length) throw new ProtocolException("the connection ended within a frame's header");
        var length = BinaryPrimitives.ReadUInt32BigEndian(_header);
        var type = (FrameType)_header[4];
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(5));
        if (length > Limit) throw new ProtocolException($"a frame of {length} bytes is larger than the {Limit} that are allowed here");
        if (!sender.MaySend(type)) throw new ProtocolException($"type {(byte)type} is no frame that the {sender} may send");
        if (sequence != _expected) throw new ProtocolException($"frame {sequence} came where {_expected} was due: it is a repetition or something is missing");
        _expected = unchecked(_expected + 1);
        if (_buffer.Length < length) _buffer = new byte[length];
        var payload = _buffer.AsMemory(0, (int)length);
        read = await stream.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return read == payload.Length ? new Frame(type, payload) : throw new ProtocolException("the connection ended within a frame");
    }
}
