using Kadeploy.Agent.Linux;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>The memory for blocks: slots of one size. The one that was given back last is given out first, as the processor's cache still has it.</summary>
internal sealed unsafe class BlockPool
{
    private const int Page = 4096;
    private readonly byte* _memory;
    private readonly int[] _free;
    private readonly byte[] _uses;
    private readonly long _stride;
    private readonly long _clear;
    private int _count;

    /// <summary>Gets the memory.</summary>
    /// <param name="bytes">How much; at least 8 blocks are there.</param>
    /// <param name="blockSize">The length of a block.</param>
    /// <param name="isSealed">Whether blocks come encrypted and are kept in both forms.</param>
    /// <exception cref="IOException">There is not so much.</exception>
    public BlockPool(long bytes, int blockSize, bool isSealed)
    {
        // In front of the bytes their head, so that both go out together; behind them, when encrypted, the tag and the bytes in clear.
        _clear = isSealed ? blockSize + (2L * Page) : Page;
        _stride = isSealed ? _clear + blockSize : Page + blockSize;
        Slots = (int)Math.Clamp(bytes / _stride, 8, 1 << 20);
        _memory = Storage.Map(Slots * _stride);
        if (_memory == null) throw new IOException($"there is no memory for {Slots} blocks of {blockSize} bytes");
        _free = new int[Slots];
        _uses = new byte[Slots];
        for (var i = 0; i < Slots; i++) _free[i] = Slots - 1 - i;
        _count = Slots;
    }

    /// <summary>Gets how many slots there are.</summary>
    public int Slots { get; }

    /// <summary>Takes a slot.</summary>
    /// <returns>Its number, or -1 when all are in use.</returns>
    public int Take()
    {
        if (_count == 0) return -1;
        var slot = _free[--_count];
        _uses[slot] = 1;
        return slot;
    }

    /// <summary>Notes one more use of a slot, for example by a frame that is on its way.</summary>
    public void Hold(int slot) => _uses[slot]++;

    /// <summary>Notes one use less; the last one gives the slot back.</summary>
    public void Release(int slot)
    {
        if (--_uses[slot] == 0) _free[_count++] = slot;
    }

    /// <summary>Gives where a block's head stands, and behind it the block as it goes over the network.</summary>
    public byte* Frame(int slot) => _memory + (slot * _stride) + Page - ChainWire.HeaderLength;

    /// <summary>Gives where a block stands as it comes over the network.</summary>
    public byte* Wire(int slot) => _memory + (slot * _stride) + Page;

    /// <summary>Gives where a block stands as the image has it.</summary>
    public byte* Clear(int slot) => _memory + (slot * _stride) + _clear;
}
