using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Where the image goes on this node, block by block in their order.</summary>
internal abstract class ImageSink : IDisposable
{
    private readonly RootProof _proof;
    private long _busySince;

    /// <summary>Makes it.</summary>
    protected ImageSink(ManifestHead head, BlockPool pool, BlockWindow window, bool proves)
    {
        (Head, Pool, Window, Proves) = (head, pool, window, proves);
        _proof = new(head);
    }

    /// <summary>Gets the number of blocks that need not be kept for it any more.</summary>
    public abstract long Written { get; }

    /// <summary>Gets the descriptor to wait for until it takes more; -1 when there is none to wait for.</summary>
    public virtual int Descriptor => -1;

    /// <summary>Gets a value indicating whether it has ended, well or not.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>Gets what went wrong; empty when nothing did.</summary>
    public abstract string Problem { get; }

    /// <summary>Gets for how long, in milliseconds, it has kept blocks waiting since this was last asked.</summary>
    public long TakeBusyMilliseconds(long now)
    {
        Note(now);
        var busy = Busy;
        Busy = 0;
        return busy;
    }

    /// <summary>Gets the root digest of what it was given.</summary>
    public byte[] Root() => _proof.Root();

    /// <summary>Hands over what has come.</summary>
    /// <param name="now">The time, in milliseconds.</param>
    /// <returns>Whether anything happened.</returns>
    public abstract bool Pump(long now);

    /// <summary>Says that the loop is about to wait: what was collected is to be written.</summary>
    public virtual void Flush()
    {
    }

    /// <summary>Says that everything was handed over; it ends by itself then.</summary>
    public abstract void Finish();

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _proof.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gets the image.</summary>
    protected ManifestHead Head { get; }

    /// <summary>Gets the memory.</summary>
    protected BlockPool Pool { get; }

    /// <summary>Gets the blocks.</summary>
    protected BlockWindow Window { get; }

    /// <summary>Gets or sets the milliseconds for which blocks have waited.</summary>
    protected long Busy { get; set; }

    private bool Proves { get; }

    /// <summary>Notes that a block was handed over.</summary>
    protected void HandedOver(long block)
    {
        if (Proves) _proof.Add(Window.DigestOf(block));
    }

    /// <summary>Notes whether blocks wait for it.</summary>
    protected void SetBusy(bool isBusy, long now)
    {
        Note(now);
        _busySince = isBusy ? now : 0;
    }

    private void Note(long now)
    {
        if (_busySince == 0) return;
        Busy += now - _busySince;
        _busySince = now;
    }
}
