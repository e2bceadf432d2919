using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>What is known of a block.</summary>
internal enum BlockState : byte
{
    /// <summary>It is not there, not there yet or not there any more.</summary>
    Missing,

    /// <summary>It is on its way into its slot.</summary>
    Arriving,

    /// <summary>It is there and right.</summary>
    Ready,

    /// <summary>It is known to be all zeros.</summary>
    Zeros,
}

/// <summary>The blocks that a node holds: those that are to be written or passed on, and some that were, for readers that come from a dead neighbour.</summary>
/// <param name="head">The image.</param>
/// <param name="pool">The memory.</param>
internal sealed class BlockWindow(ManifestHead head, BlockPool pool)
{
    private readonly long[] _block = NoBlocks(pool.Slots);
    private readonly int[] _slot = new int[pool.Slots];
    private readonly BlockState[] _state = new BlockState[pool.Slots];
    private readonly byte[] _digests = new byte[pool.Slots * Wire.DigestLength];
    private readonly long _blocks = head.Blocks;
    private long _came;

    /// <summary>Gets the number of blocks before the first one that is missing.</summary>
    public long Position { get; private set; }

    /// <summary>Gets the oldest block that may still be there.</summary>
    public long Oldest { get; private set; }

    /// <summary>Gets the block after the newest one that is there.</summary>
    public long End { get; private set; }

    /// <summary>Gets how many blocks are there beyond the first one that is missing.</summary>
    public long Beyond => _came - Position;

    /// <summary>Gets how many blocks it can hold at most.</summary>
    public int Capacity => pool.Slots;

    /// <summary>Says what is known of a block.</summary>
    public BlockState this[long block]
    {
        get
        {
            var i = (int)(block % pool.Slots);
            return _block[i] == block ? _state[i] : BlockState.Missing;
        }
    }

    /// <summary>Says whether a block is there or has been.</summary>
    public bool Has(long block) => block < Position || this[block] is BlockState.Ready or BlockState.Zeros;

    /// <summary>Gives the slot of a block that is ready or arriving.</summary>
    public int SlotOf(long block) => _slot[block % pool.Slots];

    /// <summary>Gives the digest that was computed over a block that is there.</summary>
    public Span<byte> DigestOf(long block) => _digests.AsSpan((int)(block % pool.Slots) * Wire.DigestLength, Wire.DigestLength);

    /// <summary>Takes a slot for a block that is about to come.</summary>
    /// <returns>The slot, or -1 when older blocks are in its way.</returns>
    public int Begin(long block)
    {
        if (!IsFree(block)) return -1;
        var slot = pool.Take();
        if (slot >= 0) Enter(block, slot, BlockState.Arriving);
        return slot;
    }

    /// <summary>Notes that a block is all zeros.</summary>
    /// <returns>False when older blocks are in its way.</returns>
    public bool SetZeros(long block)
    {
        if (!IsFree(block)) return false;
        Enter(block, -1, BlockState.Zeros);
        Advance(block);
        return true;
    }

    /// <summary>Notes that a block has come and is right.</summary>
    public void Complete(long block)
    {
        _state[block % pool.Slots] = BlockState.Ready;
        Advance(block);
    }

    /// <summary>Notes that a block does not come, or came wrong.</summary>
    public void Abandon(long block)
    {
        if (this[block] == BlockState.Arriving) Remove((int)(block % pool.Slots));
    }

    /// <summary>Gives up the blocks before one; none that is missing.</summary>
    /// <param name="limit">The first block that is kept.</param>
    public void Forget(long limit)
    {
        for (limit = Math.Min(limit, Position); Oldest < limit; Oldest++)
        {
            var i = (int)(Oldest % pool.Slots);
            if (_block[i] == Oldest) Remove(i);
        }
    }

    private static long[] NoBlocks(int count)
    {
        var blocks = new long[count];
        Array.Fill(blocks, -1);
        return blocks;
    }

    private bool IsFree(long block) => block < Oldest + pool.Slots && block >= Position && block < _blocks && _block[block % pool.Slots] < 0;

    private void Enter(long block, int slot, BlockState state)
    {
        var i = (int)(block % pool.Slots);
        (_block[i], _slot[i], _state[i]) = (block, slot, state);
    }

    private void Remove(int i)
    {
        if (_slot[i] >= 0) pool.Release(_slot[i]);
        _block[i] = -1;
    }

    private void Advance(long block)
    {
        _came++;
        if (block >= End) End = block + 1;
        while (Position < End && this[Position] is BlockState.Ready or BlockState.Zeros) Position++;
    }
}
