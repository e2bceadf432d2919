using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Kadeploy.Protocol.Broadcast;

/// <summary>Encrypts the blocks of one image for one operation: once by the server; nodes pass them on as they are.</summary>
/// <remarks>AES-256-GCM. The key belongs to operation and image, the nonce is the block's number: the same block always becomes the same bytes, from
/// whichever source it is sent, and no nonce ever meets two contents, because the server compares each block with its digest before.
/// Not to be used by two threads at once: the cipher keeps the nonce of the block in hand.</remarks>
internal sealed class BlockSeal : IDisposable
{
    private readonly AesGcm _cipher;
    private readonly byte[] _root;

    /// <summary>Makes it.</summary>
    /// <param name="key">The operation's key.</param>
    /// <param name="root">The root digest of the image.</param>
    public BlockSeal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> root)
    {
        _root = root.ToArray();
        _cipher = new(HMACSHA256.HashData(key, [.. Encoding.ASCII.GetBytes("kadeploy blocks "), .. root]), ChainWire.TagLength);
    }

    /// <summary>Encrypts a block.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="clear">Its bytes.</param>
    /// <param name="target">Gets as many bytes and the tag.</param>
    public void Close(long block, ReadOnlySpan<byte> clear, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[12];
        Nonce(block, nonce);
        _cipher.Encrypt(nonce, clear, target[..clear.Length], target.Slice(clear.Length, ChainWire.TagLength), _root);
    }

    /// <summary>Decrypts a block.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="closed">Its bytes and the tag.</param>
    /// <param name="clear">Gets the bytes.</param>
    /// <returns>Whether it is what the server has sent.</returns>
    public bool TryOpen(long block, ReadOnlySpan<byte> closed, Span<byte> clear)
    {
        Span<byte> nonce = stackalloc byte[12];
        Nonce(block, nonce);
        try
        {
            _cipher.Decrypt(nonce, closed[..clear.Length], closed[clear.Length..], clear, _root);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private static void Nonce(long block, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[4..], block);
    }
}
