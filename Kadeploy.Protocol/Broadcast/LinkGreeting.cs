using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Kadeploy.Protocol.Broadcast;

/// <summary>What the caller of a connection says first.</summary>
/// <param name="Role">What the connection is for.</param>
/// <param name="Run">The broadcast.</param>
/// <param name="Caller">The member that calls.</param>
/// <param name="Called">The member that is called.</param>
internal sealed record LinkGreeting(LinkRole Role, ReadOnlyMemory<byte> Run, uint Caller, uint Called)
{
    private static ReadOnlySpan<byte> Magic => "KDC1"u8;

    /// <summary>Makes the bytes of a call.</summary>
    /// <returns>As many as <see cref="ChainWire.HelloLength"/>, with a nonce of their own.</returns>
    public byte[] ToBytes()
    {
        var bytes = new byte[ChainWire.HelloLength];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), ChainWire.Version);
        bytes[6] = (byte)Role;
        Run.Span.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + ChainWire.RunLength), Caller);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12 + ChainWire.RunLength), Called);
        RandomNumberGenerator.Fill(bytes.AsSpan(16 + ChainWire.RunLength, ChainWire.NonceLength));
        return bytes;
    }

    /// <summary>Reads a call.</summary>
    /// <param name="bytes">As many as <see cref="ChainWire.HelloLength"/>.</param>
    /// <exception cref="ProtocolException">It is none, or of another version.</exception>
    public static LinkGreeting Parse(ReadOnlySpan<byte> bytes)
    {
        if (!bytes[..4].SequenceEqual(Magic)) throw new ProtocolException("what calls does not speak the broadcast protocol");
        var version = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (version != ChainWire.Version) throw new ProtocolException($"what calls speaks version {version} of the broadcast protocol; here it is {ChainWire.Version}");
        var role = (LinkRole)bytes[6];
        if (role is not (LinkRole.Data or LinkRole.Control) || bytes[7] != 0) throw new ProtocolException("what calls wants something that is not known");
        return new(
            role, bytes.Slice(8, ChainWire.RunLength).ToArray(), BinaryPrimitives.ReadUInt32BigEndian(bytes[(8 + ChainWire.RunLength)..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[(12 + ChainWire.RunLength)..]));
    }
}
