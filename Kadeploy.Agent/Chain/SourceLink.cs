using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>A member from which this node gets blocks: its predecessor, or the server.</summary>
internal sealed unsafe class SourceLink : Link
{
    private readonly BlockIntake _intake;
    private long _arriving = -1;
    private Wish _wish;

    /// <summary>Makes a link that calls a member.</summary>
    public SourceLink(int socket, ChainSettings settings, uint member, BlockIntake intake)
        : base(socket, settings, LinkSide.Source, null, new(LinkRole.Data, settings.Run, settings.Number, member)) =>
        (Member, _intake) = (member, intake);

    /// <summary>Gets the member.</summary>
    public uint Member { get; }

    /// <summary>Gets when the link was made, in milliseconds.</summary>
    public long Began { get; } = Environment.TickCount64;

    /// <summary>Gets the number of wrong blocks that came.</summary>
    public int WrongBlocks { get; private set; }

    /// <summary>Gets or sets when it was asked whether it is there, in milliseconds; 0 when it has answered since.</summary>
    public long ProbedAt { get; set; }

    /// <summary>Gets a value indicating whether it has said that it goes.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Gets the first block that it has, where it lacks what was asked for; -1 else.</summary>
    public long HeldFrom { get; private set; } = -1;

    /// <summary>Gets the number of blocks that it has said to have.</summary>
    public long Position { get; private set; }

    /// <summary>Gets a value indicating whether what comes is only counted.</summary>
    public bool IsTrial { get; init; }

    /// <summary>Gets how many blocks have come.</summary>
    public long Blocks { get; private set; }

    /// <summary>Asks for blocks.</summary>
    public void Want(Wish wish)
    {
        (_wish, HeldFrom) = (wish, -1);
        Notify(LinkFrame.Want, wish.From, wish.ToBytes());
    }

    /// <summary>Says whether this node is nobody's source for now; blocks come on as they did.</summary>
    public void SetAside(bool isAside)
    {
        if (_wish.IsAside != isAside) Want(_wish with { IsAside = isAside });
    }

    /// <summary>Notes that what it lacks comes from elsewhere.</summary>
    public void ForgetHeld() => HeldFrom = -1;

    /// <summary>Asks whether it is there.</summary>
    public void Probe()
    {
        ProbedAt = Now;
        Notify(LinkFrame.Probe, 0, []);
    }

    /// <summary>Notes that nothing is taken from it at the moment, for which it is not to blame.</summary>
    public void Rest(long now) => LastHeard = now;

    /// <summary>Gives up the block that is on its way, so that another source may send it.</summary>
    public void Abandon()
    {
        if (_arriving >= 0) _intake.Abandon(_arriving);
        _arriving = -1;
    }

    /// <inheritdoc/>
    protected override void OnOpen()
    {
    }

    /// <inheritdoc/>
    protected override byte* PlaceFor(LinkHeader head)
    {
        if (IsTrial && head.Length <= Settings.Head.BlockSize + ChainWire.TagLength) return _intake.Scratch;
        _intake.Check(head);
        if (head.Length == 0) return _intake.TakesZeros(head.Index) ? _intake.Scratch : null;
        var place = _intake.PlaceFor(head.Index, out var isKept);
        _arriving = place != null && isKept ? head.Index : -1;
        return place;
    }

    /// <inheritdoc/>
    protected override void OnContent(LinkHeader head, ReadOnlySpan<byte> body)
    {
        ProbedAt = 0;
        if (head.Type == LinkFrame.Block) Blocks++;
        if (IsTrial) return;
        if (head.Type == LinkFrame.Page)
        {
            _intake.TakePage(head.Index, body);
        }
        else if (head.Length == 0)
        {
            _intake.TakeZeros(head.Index);
        }
        else if (_arriving < 0)
        {
            _intake.Discarded(head.Index, head.Length);
        }
        else
        {
            _arriving = -1;
            if (!_intake.Take(head.Index, head.Length, Member)) WrongBlocks++;
        }
    }

    /// <inheritdoc/>
    protected override void OnNotice(LinkHeader head, ReadOnlySpan<byte> content)
    {
        ProbedAt = 0;
        if (!content.IsEmpty) throw new ProtocolException($"a {head.Type} is longer than its content");
        if (head.Index > Settings.Head.Blocks) throw new ProtocolException("a block is beyond the end of the image");
        switch (head.Type)
        {
            case LinkFrame.Held:
                HeldFrom = head.Index;
                break;
            case LinkFrame.Leaving:
                IsLeaving = true;
                break;
            default:
                Position = head.Index;
                break;
        }
    }
}
