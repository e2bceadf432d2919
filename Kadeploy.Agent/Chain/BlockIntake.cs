using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Takes blocks from whichever source, and lets in none that is wrong.</summary>
internal sealed unsafe class BlockIntake : IDisposable
{
    private readonly ChainSettings _settings;
    private readonly BlockPool _pool;
    private readonly BlockWindow _window;
    private readonly PageStore _pages;
    private readonly BlockSeal? _seal;
    private readonly byte* _scratch;

    /// <summary>Makes it.</summary>
    public BlockIntake(ChainSettings settings, BlockPool pool, BlockWindow window, PageStore pages)
    {
        (_settings, _pool, _window, _pages) = (settings, pool, window, pages);
        if (settings.IsSealed) _seal = new(settings.Key, settings.Head.Root());
        _scratch = (byte*)NativeMemory.Alloc((nuint)settings.Head.BlockSize + ChainWire.TagLength);
    }

    /// <summary>Gets or sets what is told of a wrong block: its number, and the member that sent it.</summary>
    public Action<long, uint> Wrong { get; set; } = static (_, _) => { };

    /// <summary>Gets or sets what is told of a block that came, whatever becomes of it.</summary>
    public Action<long> Came { get; set; } = static _ => { };

    /// <summary>Gets memory for what nobody needs.</summary>
    public byte* Scratch => _scratch;

    /// <summary>Gets how many bytes have come in vain.</summary>
    public long VainBytes { get; private set; }

    /// <summary>Gets how many bytes of blocks have come.</summary>
    public long Bytes { get; private set; }

    /// <summary>Refuses a block that there cannot be.</summary>
    /// <exception cref="ProtocolException">There is none such.</exception>
    public void Check(LinkHeader head)
    {
        if (head.Index >= _settings.Head.Blocks) throw new ProtocolException("a block is beyond the end of the image");
        var length = _settings.Head.LengthOf(head.Index) + (_settings.IsSealed ? ChainWire.TagLength : 0);
        if (head.Flags == LinkHeader.Zeros ? !_settings.Verifies : head.Length != length) throw new ProtocolException("a block has another length than the image's");
        if (_settings.Verifies && _pages.DigestOf(head.Index).IsEmpty) throw new ProtocolException("a block came before its digest");
    }

    /// <summary>Says where a block goes.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="isKept">Whether it is wanted.</param>
    /// <returns>Null when there is no room for it yet.</returns>
    public byte* PlaceFor(long block, out bool isKept)
    {
        isKept = !_window.Has(block) && _window[block] != BlockState.Arriving;
        if (!isKept) return _scratch;
        var slot = _window.Begin(block);
        return slot < 0 ? null : _pool.Wire(slot);
    }

    /// <summary>Says whether there is room for a block of zeros.</summary>
    public bool TakesZeros(long block) => _window.Has(block) || _window[block] == BlockState.Arriving || block < _window.Oldest + _window.Capacity;

    /// <summary>Gives up a block that is on its way.</summary>
    public void Abandon(long block) => _window.Abandon(block);

    /// <summary>Takes a page of digests.</summary>
    public void TakePage(long page, ReadOnlySpan<byte> digests) => _pages.Add(page, digests);

    /// <summary>Notes that a block came that was not needed.</summary>
    public void Discarded(long block, int length)
    {
        VainBytes += length;
        Came(block);
    }

    /// <summary>Takes word that a block is all zeros.</summary>
    /// <exception cref="ProtocolException">It is not.</exception>
    public void TakeZeros(long block)
    {
        if (!_pages.IsZeros(block)) throw new ProtocolException("a block was said to be zeros and is not");
        if (_window.Has(block) || _window[block] == BlockState.Arriving) return;
        _pages.DigestOf(block).CopyTo(_window.DigestOf(block));
        if (!_window.SetZeros(block)) throw new InvalidOperationException($"block {block} has no place");
        Came(block);
    }

    /// <summary>Takes a block that has come into its place.</summary>
    /// <returns>False when it is wrong; then it is as if it had not come.</returns>
    public bool Take(long block, int length, uint member)
    {
        Bytes += length;
        Came(block);
        if (!IsRight(block, length))
        {
            VainBytes += length;
            _window.Abandon(block);
            Wrong(block, member);
            return false;
        }

        _window.Complete(block);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _seal?.Dispose();
        NativeMemory.Free(_scratch);
    }

    private bool IsRight(long block, int length)
    {
        var slot = _window.SlotOf(block);
        var clear = new Span<byte>(_pool.Clear(slot), _settings.Head.LengthOf(block));
        if (_seal is not null && !_seal.TryOpen(block, new(_pool.Wire(slot), length), clear)) return false;
        if (!_settings.Verifies) return true;
        var digest = _window.DigestOf(block);
        SHA256.HashData(clear, digest);
        return digest.SequenceEqual(_pages.DigestOf(block));
    }
}
