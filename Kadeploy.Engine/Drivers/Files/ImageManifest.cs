using System.Security.Cryptography;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Which blocks an image consists of.</summary>
/// <param name="Head">What the pages of digests have to fit; its SHA-256 is the root digest.</param>
/// <param name="Digests">The SHA-256 of each block, one after the other.</param>
internal sealed record ImageManifest(ManifestHead Head, ReadOnlyMemory<byte> Digests)
{
    /// <summary>Gets the root digest, as 64 lower-case hexadecimal digits.</summary>
    public string Root { get; } = Convert.ToHexStringLower(Head.Root());

    /// <summary>Makes a manifest of digests.</summary>
    /// <param name="blockSize">The length of a block.</param>
    /// <param name="length">The length of the image.</param>
    /// <param name="imageDigest">The SHA-256 of the image.</param>
    /// <param name="digests">The SHA-256 of each block.</param>
    public static ImageManifest Of(int blockSize, long length, ReadOnlySpan<byte> imageDigest, byte[] digests)
    {
        var pages = (digests.Length + ChainWire.PageLength - 1) / ChainWire.PageLength;
        var pageDigests = new byte[pages * Wire.DigestLength];
        for (var page = 0; page < pages; page++)
        {
            var start = page * ChainWire.PageLength;
            SHA256.HashData(digests.AsSpan(start, Math.Min(ChainWire.PageLength, digests.Length - start)), pageDigests.AsSpan(page * Wire.DigestLength));
        }

        return new(ManifestHead.Make(blockSize, length, imageDigest, pageDigests), digests);
    }

    /// <summary>Reads what was kept.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="image">The image that it has to be of.</param>
    /// <returns>The manifest; null when the content is damaged or of another image.</returns>
    public static ImageManifest? TryRead(byte[] bytes, SourceFile image)
    {
        var blocks = (image.Length + ManifestHead.BlockSizeFor(image.Length) - 1) / ManifestHead.BlockSizeFor(image.Length);
        var length = bytes.Length - (blocks * Wire.DigestLength);
        if (length < 0) return null;
        try
        {
            var head = ManifestHead.Parse(bytes.AsSpan(0, (int)length));
            if (head.Blocks != blocks || head.Length != image.Length || Convert.ToHexStringLower(head.ImageDigest) != image.Sha256) return null;
            var manifest = new ImageManifest(head, bytes.AsMemory((int)length));
            for (var page = 0; page < head.Pages; page++)
                if (!head.IsPage(page, manifest.Page(page).Span)) return null;
            return manifest;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    /// <summary>Gives the digests of a page.</summary>
    public ReadOnlyMemory<byte> Page(long page) => Digests.Slice((int)page * ChainWire.PageLength, Head.PageLength(page));

    /// <summary>Gives the digest of a block.</summary>
    public ReadOnlySpan<byte> DigestOf(long block) => Digests.Span.Slice((int)block * Wire.DigestLength, Wire.DigestLength);

    /// <summary>Says whether bytes are those of a block.</summary>
    public bool IsRight(long block, ReadOnlySpan<byte> bytes) => DigestOf(block).SequenceEqual(SHA256.HashData(bytes));

    /// <summary>Gives what is kept.</summary>
    public byte[] ToBytes() => [.. Head.Bytes.Span, .. Digests.Span];
}
