using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Kadeploy.Protocol.Broadcast;

/// <summary>The keys of one connection: each side proves that it knows the operation's key, and later frames cannot be forged or repeated.</summary>
/// <remarks>Every connection has keys of its own, because both sides put a nonce into them.</remarks>
internal sealed class LinkKeys
{
    private readonly byte[] _master;

    private LinkKeys(byte[] master) => _master = master;

    /// <summary>Makes the keys of a connection.</summary>
    /// <param name="key">The operation's key.</param>
    /// <param name="hello">What the caller has said.</param>
    /// <param name="nonce">The nonce of who is called.</param>
    public static LinkKeys Of(ReadOnlySpan<byte> key, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> nonce)
    {
        Span<byte> said = stackalloc byte[ChainWire.HelloLength + ChainWire.NonceLength];
        hello.CopyTo(said);
        nonce.CopyTo(said[ChainWire.HelloLength..]);
        return new(HMACSHA256.HashData(key, said));
    }

    /// <summary>Makes the answer to a call, and the keys.</summary>
    /// <param name="key">The operation's key.</param>
    /// <param name="hello">What the caller has said.</param>
    /// <param name="answer">Gets the answer: as many bytes as <see cref="ChainWire.AnswerLength"/>.</param>
    public static LinkKeys Answer(ReadOnlySpan<byte> key, ReadOnlySpan<byte> hello, Span<byte> answer)
    {
        RandomNumberGenerator.Fill(answer[..ChainWire.NonceLength]);
        var keys = Of(key, hello, answer[..ChainWire.NonceLength]);
        keys.Derive("called"u8).CopyTo(answer[ChainWire.NonceLength..]);
        return keys;
    }

    /// <summary>Makes the keys of an answer, if who gave it knows the operation's key.</summary>
    /// <returns>The keys, or null.</returns>
    public static LinkKeys? Accept(ReadOnlySpan<byte> key, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> answer)
    {
        var keys = Of(key, hello, answer[..ChainWire.NonceLength]);
        return CryptographicOperations.FixedTimeEquals(keys.Derive("called"u8), answer[ChainWire.NonceLength..]) ? keys : null;
    }

    /// <summary>Gives the caller's proof.</summary>
    public byte[] CallerProof() => Derive("caller"u8);

    /// <summary>Says whether a caller's proof is right.</summary>
    public bool IsCallerProof(ReadOnlySpan<byte> proof) => CryptographicOperations.FixedTimeEquals(Derive("caller"u8), proof);

    /// <summary>Makes what proves the frames that go from the caller to who is called.</summary>
    public LinkMac FromCaller() => new(Derive("frames of the caller"u8));

    /// <summary>Makes what proves the frames that go to the caller.</summary>
    public LinkMac ToCaller() => new(Derive("frames to the caller"u8));

    private byte[] Derive(ReadOnlySpan<byte> purpose) => HMACSHA256.HashData(_master, purpose);
}

/// <summary>Proves the frames of one direction of a connection, in their order.</summary>
internal sealed class LinkMac(byte[] key)
{
    private readonly byte[] _key = key;
    private ulong _number;

    /// <summary>Makes the bytes of the next frame, with its proof.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="index">The block that it is about.</param>
    /// <param name="content">What follows the head.</param>
    public byte[] Frame(LinkFrame type, long index, ReadOnlySpan<byte> content)
    {
        var frame = new byte[ChainWire.HeaderLength + content.Length + ChainWire.MacLength];
        new LinkHeader(type, 0, content.Length + ChainWire.MacLength, index).Write(frame);
        content.CopyTo(frame.AsSpan(ChainWire.HeaderLength));
        Compute(frame.AsSpan(0, frame.Length - ChainWire.MacLength), frame.AsSpan(frame.Length - ChainWire.MacLength));
        return frame;
    }

    /// <summary>Checks the next frame.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="body">What followed, with the proof at its end.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="ProtocolException">It was forged, changed or repeated.</exception>
    public ReadOnlySpan<byte> Open(LinkHeader head, ReadOnlySpan<byte> body)
    {
        var content = body[..^ChainWire.MacLength];
        Span<byte> whole = stackalloc byte[ChainWire.HeaderLength + ChainWire.LargestNotice];
        head.Write(whole);
        content.CopyTo(whole[ChainWire.HeaderLength..]);
        Span<byte> proof = stackalloc byte[ChainWire.MacLength];
        Compute(whole[..(ChainWire.HeaderLength + content.Length)], proof);
        return CryptographicOperations.FixedTimeEquals(proof, body[^ChainWire.MacLength..]) ? content : throw new ProtocolException($"a {head.Type} has a wrong proof");
    }

    private void Compute(ReadOnlySpan<byte> frame, Span<byte> proof)
    {
        Span<byte> counted = stackalloc byte[8 + frame.Length];
        BinaryPrimitives.WriteUInt64BigEndian(counted, _number++);
        frame.CopyTo(counted[8..]);
        Span<byte> whole = stackalloc byte[Wire.DigestLength];
        HMACSHA256.HashData(_key, counted, whole);
        whole[..ChainWire.MacLength].CopyTo(proof);
    }
}
