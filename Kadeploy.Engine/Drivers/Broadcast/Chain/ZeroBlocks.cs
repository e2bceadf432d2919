using System.Security.Cryptography;
using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Knows by their digests which blocks are all zeros.</summary>
/// <param name="manifest">The image.</param>
internal sealed class ZeroBlocks(ImageManifest manifest)
{
    private readonly byte[] _digest = SHA256.HashData(new byte[manifest.Head.BlockSize]);
    private readonly byte[] _last = manifest.Head.Blocks == 0 ? [] : SHA256.HashData(new byte[manifest.Head.LengthOf(manifest.Head.Blocks - 1)]);

    /// <summary>Says whether a block is all zeros.</summary>
    public bool Contains(long block) => manifest.DigestOf(block).SequenceEqual(block == manifest.Head.Blocks - 1 ? _last : _digest);
}
