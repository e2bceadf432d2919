using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Kadeploy.Protocol.Broadcast;

/// <summary>What says which blocks an image consists of: a short head, whose SHA-256 is the root digest, and pages with the digests of the blocks.</summary>
/// <remarks>The head holds the digest of each page, so that pages can be sent when they are needed and still be checked.</remarks>
internal sealed class ManifestHead
{
    private const int Fixed = 4 + 4 + 8 + Wire.DigestLength;
    private const long MostPages = 1024 * 64;
    private readonly byte[] _bytes;

    private ManifestHead(byte[] bytes) => _bytes = bytes;

    /// <summary>Gets the length of a block, in bytes; the last one may be shorter.</summary>
    public int BlockSize => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(4));

    /// <summary>Gets the length of the image, in bytes.</summary>
    public long Length => BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(8));

    /// <summary>Gets the SHA-256 of the whole image.</summary>
    public ReadOnlySpan<byte> ImageDigest => _bytes.AsSpan(16, Wire.DigestLength);

    /// <summary>Gets the number of blocks.</summary>
    public long Blocks => (Length + BlockSize - 1) / BlockSize;

    /// <summary>Gets the number of pages.</summary>
    public int Pages => (_bytes.Length - Fixed) / Wire.DigestLength;

    /// <summary>Gets its bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Chooses the length of blocks: short ones pass through a chain sooner, long ones cost less.</summary>
    /// <param name="length">The length of the image, in bytes.</param>
    public static int BlockSizeFor(long length)
    {
        const long Most = 256 * 1024;
        var size = Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, length / 4096)), ChainWire.SmallestBlock, Most);
        // The list of digests stays small enough to be kept.
        while (length / size > Most) size *= 2;
        return (int)Math.Min(size, ChainWire.LargestBlock);
    }

    /// <summary>Makes a head.</summary>
    /// <param name="blockSize">The length of a block.</param>
    /// <param name="length">The length of the image.</param>
    /// <param name="imageDigest">The SHA-256 of the image.</param>
    /// <param name="pageDigests">The SHA-256 of each page, one after the other.</param>
    public static ManifestHead Make(int blockSize, long length, ReadOnlySpan<byte> imageDigest, ReadOnlySpan<byte> pageDigests)
    {
        var bytes = new byte[Fixed + pageDigests.Length];
        "KDM1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), blockSize);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), length);
        imageDigest.CopyTo(bytes.AsSpan(16));
        pageDigests.CopyTo(bytes.AsSpan(Fixed));
        return Parse(bytes);
    }

    /// <summary>Reads a head.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static ManifestHead Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Fixed || !bytes[..4].SequenceEqual("KDM1"u8)) throw new ProtocolException("a manifest has another form");
        var head = new ManifestHead(bytes.ToArray());
        var size = head.BlockSize;
        if (size < ChainWire.SmallestBlock || size > ChainWire.LargestBlock || !BitOperations.IsPow2(size)) throw new ProtocolException("a manifest has blocks of a length that is not allowed");
        if (head.Length < 0 || head.Length > MostPages * ChainWire.DigestsPerPage * size) throw new ProtocolException("a manifest is of an image that is too large");
        if (bytes.Length != Fixed + (PagesOf(head.Blocks) * Wire.DigestLength)) throw new ProtocolException("a manifest has too few pages, or too many");
        return head;
    }

    /// <summary>Computes the root digest.</summary>
    public byte[] Root() => SHA256.HashData(_bytes);

    /// <summary>Gives the length of a block.</summary>
    /// <param name="block">Its number, from 0.</param>
    public int LengthOf(long block) => (int)Math.Min(BlockSize, Length - (block * BlockSize));

    /// <summary>Gives the length of a page, in bytes.</summary>
    /// <param name="page">Its number, from 0.</param>
    public int PageLength(long page) => (int)Math.Min(ChainWire.DigestsPerPage, Blocks - (page * ChainWire.DigestsPerPage)) * Wire.DigestLength;

    /// <summary>Says whether a page is the one that belongs to this head.</summary>
    public bool IsPage(long page, ReadOnlySpan<byte> digests) =>
        page >= 0 && page < Pages && digests.Length == PageLength(page) && IsPageDigest(page, SHA256.HashData(digests));

    /// <summary>Says whether a page's digest is the one that belongs to this head.</summary>
    public bool IsPageDigest(long page, ReadOnlySpan<byte> digest) => digest.SequenceEqual(_bytes.AsSpan(Fixed + ((int)page * Wire.DigestLength), Wire.DigestLength));

    private static long PagesOf(long blocks) => (blocks + ChainWire.DigestsPerPage - 1) / ChainWire.DigestsPerPage;
}
