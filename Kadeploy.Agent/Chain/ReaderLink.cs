using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>A member that gets blocks from this node.</summary>
/// <remarks>Blocks go out in their order; one that is being fetched again is left out and sent as soon as it is there, so that a single wrong block holds back
/// nobody.</remarks>
internal sealed unsafe class ReaderLink : Link
{
    private const int MostOwed = 32;
    private const int HeartbeatMilliseconds = 250;
    private const int StaleMilliseconds = 2500;
    private const int AwaitedMilliseconds = 1000;
    private const int TakingMilliseconds = 150;

    private readonly BlockWindow _window;
    private readonly PageStore _pages;
    private readonly BlockPool _pool;
    private readonly List<long> _owed = new(MostOwed);
    private readonly bool[] _sentPages;
    private Wish? _wish;
    private long _next;
    private long _lastProgress;

    /// <summary>Makes the link of a connection that has come.</summary>
    public ReaderLink(int socket, ChainSettings settings, BlockPool pool, BlockWindow window, PageStore pages)
        : base(socket, settings, LinkSide.Reader, pool, null)
    {
        (_pool, _window, _pages) = (pool, window, pages);
        _sentPages = new bool[settings.Head.Pages];
        _lastProgress = Now;
    }

    /// <summary>Gets the member.</summary>
    public uint Member { get; private set; }

    /// <summary>Gets the first block that has not been sent.</summary>
    public long Cursor => _owed.Count > 0 ? Math.Min(_owed[0], _next) : _next;

    /// <summary>Gets a value indicating whether blocks that it has not got yet are kept for it.</summary>
    /// <remarks>Also when it takes nothing for a while: it may be frozen, and those behind it come here for the same blocks as soon as that is noticed.</remarks>
    public bool Holds => IsOpen && _wish is { IsRepair: false, IsAside: false } && (IsCaughtUp || Now - _lastProgress < StaleMilliseconds);

    /// <summary>Gets a value indicating whether it is one of the chain proper, and has not got everything.</summary>
    public bool IsMain => _wish is { IsRepair: false, IsAside: false } wish && Cursor < wish.To;

    /// <summary>Gets a value indicating whether it will soon have everything, and still needs this node for it.</summary>
    public bool IsToBeAwaited => Failure is null && (!HasAsked || Holds) && Now - _lastProgress < AwaitedMilliseconds;

    /// <summary>Gets a value indicating whether it has said what it needs.</summary>
    public bool HasAsked => _wish is not null;

    /// <summary>Says whether it has taken something lately, and has not got all that is there.</summary>
    public bool IsTaking(long now) => !IsCaughtUp && now - _lastProgress < TakingMilliseconds;

    private bool IsCaughtUp => IsDrained && Cursor >= _window.Position;

    /// <summary>Tells it that this node is there, when there was nothing else to tell for a while.</summary>
    public void Beat()
    {
        if (IsOpen && IsDrained && Now - LastSent >= HeartbeatMilliseconds) Notify(LinkFrame.Alive, _window.Position, []);
    }

    /// <summary>Tells it to take its next source.</summary>
    public void Leave()
    {
        if (IsOpen) Notify(LinkFrame.Leaving, _window.Position, []);
    }

    /// <inheritdoc/>
    protected override bool Accepts(LinkGreeting call)
    {
        Member = call.Caller;
        return call.Caller != Settings.Number;
    }

    /// <inheritdoc/>
    protected override void OnOpen()
    {
    }

    /// <inheritdoc/>
    protected override void OnNotice(LinkHeader head, ReadOnlySpan<byte> content)
    {
        if (head.Type == LinkFrame.Probe)
        {
            Notify(LinkFrame.Alive, _window.Position, []);
            return;
        }

        var wish = Wish.Parse(head, content);
        if (wish.To > Settings.Head.Blocks) throw new ProtocolException("a wish goes beyond the image");
        if (_wish is null || _wish.Value.From != wish.From)
        {
            _owed.Clear();
            _next = wish.From;
        }

        _wish = wish;
        _lastProgress = Now;
    }

    /// <inheritdoc/>
    protected override void FillBlocks()
    {
        while (HasRoom && NextBlock() is var block and >= 0)
        {
            var page = block / ChainWire.DigestsPerPage;
            if (Settings.Verifies && !_sentPages[page])
            {
                var digests = _pages.Find(page)!;
                AddSmall(new(LinkFrame.Page, 0, digests.Length, page), digests);
                _sentPages[page] = true;
            }

            _lastProgress = Now;
            if (_window[block] == BlockState.Zeros)
            {
                AddSmall(new(LinkFrame.Block, LinkHeader.Zeros, 0, block), []);
                continue;
            }

            var slot = _window.SlotOf(block);
            var length = Settings.Head.LengthOf(block) + (Settings.IsSealed ? ChainWire.TagLength : 0);
            new LinkHeader(LinkFrame.Block, 0, length, block).Write(new(_pool.Frame(slot), ChainWire.HeaderLength));
            AddBlock(slot, ChainWire.HeaderLength + length);
        }
    }

    private long NextBlock()
    {
        if (_wish is not { } wish) return -1;
        for (var i = 0; i < _owed.Count; i++)
        {
            if (_window[_owed[i]] is not (BlockState.Ready or BlockState.Zeros) && _owed[i] >= _window.Oldest) continue;
            var owed = _owed[i];
            _owed.RemoveAt(i);
            // It was given up meanwhile: the reader will see that it is missing.
            return owed >= _window.Oldest ? owed : NextBlock();
        }

        if (_next < _window.Oldest && _next < wish.To)
        {
            Notify(LinkFrame.Held, _window.Oldest, []);
            _next = _window.Oldest;
            return -1;
        }

        while (_next < wish.To && _next < _window.End)
        {
            if (_window[_next] is BlockState.Ready or BlockState.Zeros) return _next++;
            if (_owed.Count == MostOwed) return -1;
            _owed.Add(_next++);
        }

        return -1;
    }
}
