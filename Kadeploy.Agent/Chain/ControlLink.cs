using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>This node's word with the server: where it is told its sources, and tells how far it is.</summary>
internal sealed class ControlLink : Link
{
    private readonly Joining _joining;

    /// <summary>Makes a link that calls the server.</summary>
    public ControlLink(int socket, ChainSettings settings, Joining joining)
        : base(socket, settings, LinkSide.Server, null, new(LinkRole.Control, settings.Run, settings.Number, ChainWire.Server)) => _joining = joining;

    /// <summary>Gets or sets what is told of a new list of sources.</summary>
    public Action<SourceList> Sources { get; init; } = static _ => { };

    /// <summary>Gets or sets what is told of a trial: from which block, and how many.</summary>
    public Action<long, Trial> Try { get; init; } = static (_, _) => { };

    /// <summary>Gets when the link was made, in milliseconds.</summary>
    public long Began { get; } = Environment.TickCount64;

    /// <summary>Tells the server something, unless the connection is not open.</summary>
    public void Tell(LinkFrame type, long index, ReadOnlySpan<byte> content)
    {
        if (IsOpen && Failure is null) Notify(type, index, content);
    }

    /// <inheritdoc/>
    protected override void OnOpen() => Notify(LinkFrame.Join, 0, _joining.ToBytes());

    /// <inheritdoc/>
    protected override void OnNotice(LinkHeader head, ReadOnlySpan<byte> content)
    {
        if (head.Type == LinkFrame.Sources) Sources(SourceList.Parse(content));
        else Try(head.Index, Trial.Parse(content));
    }
}
