using System.Security.Cryptography;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>The digests of blocks, page by page, as far as they are needed.</summary>
/// <param name="head">What the pages have to fit.</param>
internal sealed class PageStore(ManifestHead head)
{
    private readonly byte[]?[] _pages = new byte[]?[head.Pages];
    private readonly byte[] _zeros = DigestOfZeros(head.BlockSize);
    private readonly byte[] _lastZeros = head.Blocks == 0 ? [] : DigestOfZeros(head.LengthOf(head.Blocks - 1));
    private int _oldest;

    /// <summary>Takes a page.</summary>
    /// <exception cref="ProtocolException">It is not the image's.</exception>
    public void Add(long page, ReadOnlySpan<byte> digests)
    {
        if (page >= 0 && page < _pages.Length && _pages[page] is not null) return;
        if (!head.IsPage(page, digests)) throw new ProtocolException("a page of digests is not the one of this image");
        _pages[page] = digests.ToArray();
    }

    /// <summary>Gives a page; null when it is not there.</summary>
    public byte[]? Find(long page) => _pages[page];

    /// <summary>Gives the digest of a block; empty when its page is not there.</summary>
    public ReadOnlySpan<byte> DigestOf(long block) => _pages[block / ChainWire.DigestsPerPage] is { } page
        ? page.AsSpan((int)(block % ChainWire.DigestsPerPage) * Wire.DigestLength, Wire.DigestLength)
        : [];

    /// <summary>Says whether a block is all zeros.</summary>
    public bool IsZeros(long block) => DigestOf(block).SequenceEqual(block == head.Blocks - 1 ? _lastZeros : _zeros);

    /// <summary>Gives up the pages before that of a block.</summary>
    public void Forget(long block)
    {
        for (var limit = (int)(block / ChainWire.DigestsPerPage); _oldest < limit; _oldest++) _pages[_oldest] = null;
    }

    private static byte[] DigestOfZeros(int length) => SHA256.HashData(new byte[length]);
}
