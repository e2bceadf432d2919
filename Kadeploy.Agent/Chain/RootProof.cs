using System.Security.Cryptography;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Computes the root digest anew, from the digests that were computed over the blocks as they went to the writer.</summary>
internal sealed class RootProof(ManifestHead head) : IDisposable
{
    private readonly IncrementalHash _page = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _pages = new byte[head.Pages * Wire.DigestLength];
    private long _blocks;

    /// <summary>Adds the next block's digest.</summary>
    public void Add(ReadOnlySpan<byte> digest)
    {
        _page.AppendData(digest);
        _blocks++;
        if (_blocks % ChainWire.DigestsPerPage == 0 || _blocks == head.Blocks)
            _page.GetHashAndReset(_pages.AsSpan((int)((_blocks - 1) / ChainWire.DigestsPerPage) * Wire.DigestLength));
    }

    /// <summary>Gives the root digest of all that was added.</summary>
    public byte[] Root() => ManifestHead.Make(head.BlockSize, head.Length, head.ImageDigest, _pages).Root();

    /// <inheritdoc/>
    public void Dispose() => _page.Dispose();
}
