using System.Runtime.InteropServices;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>A connection with another member of the broadcast, which never waits: the loop asks it to go on when it can.</summary>
/// <remarks>It greets by itself; nothing is taken or given before both sides have proved that they know the operation's key.</remarks>
internal abstract unsafe class Link : IDisposable
{
    private const int BodySize = ChainWire.PageLength;
    private const int StagingSize = 32 * 1024;
    private const int MostSegments = 16;
    private const int LargestLowWater = 48 * 1024;

    private readonly byte* _memory;
    private readonly LinkSide _peerSide;
    private readonly int _wireBlock;
    private readonly Queue<byte[]> _notices = new();
    private readonly Segment[] _segments = new Segment[MostSegments];
    private readonly BlockPool? _pool;
    private byte[] _greeting;
    private int _greeted;
    private Stage _stage;
    private LinkKeys? _keys;
    private LinkMac? _in;
    private LinkMac? _out;
    private LinkHeader _head;
    private byte* _body;
    private int _headGot;
    private int _bodyGot;
    private bool _hasHead;
    private int _first;
    private int _count;
    private int _staged;
    private int _lowWater = 1;

    /// <summary>Makes a link of a socket.</summary>
    /// <param name="socket">The socket, which the link closes.</param>
    /// <param name="settings">The broadcast.</param>
    /// <param name="peerSide">What the peer is to this node.</param>
    /// <param name="pool">The memory of the blocks that are sent; null when none are.</param>
    /// <param name="call">What to say first; null when the peer calls.</param>
    protected Link(int socket, ChainSettings settings, LinkSide peerSide, BlockPool? pool, LinkGreeting? call)
    {
        (Socket, Settings, _peerSide, _pool) = (socket, settings, peerSide, pool);
        _wireBlock = settings.Head.BlockSize + (settings.IsSealed ? ChainWire.TagLength : 0);
        // Two heads, the content of notices, and what is to be sent and is no block.
        _memory = (byte*)NativeMemory.Alloc((2 * ChainWire.HeaderLength) + BodySize + StagingSize);
        _greeting = call?.ToBytes() ?? new byte[ChainWire.HelloLength];
        _stage = call is null ? Stage.AwaitingCall : Stage.Connecting;
        Now = LastHeard = LastSent = Environment.TickCount64;
        CanRead = call is null;
    }

    private enum Stage
    {
        Connecting,
        AwaitingAnswer,
        AwaitingCall,
        AwaitingProof,
        Open,
    }

    /// <summary>Gets the descriptor.</summary>
    public int Socket { get; }

    /// <summary>Gets a value indicating whether both sides have proved who they are.</summary>
    public bool IsOpen => _stage == Stage.Open;

    /// <summary>Gets why the connection is of no use any more; null while it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Gets or sets a value indicating whether there may be something to read.</summary>
    public bool CanRead { get; set; }

    /// <summary>Gets or sets a value indicating whether there may be room to write.</summary>
    public bool CanWrite { get; set; }

    /// <summary>Gets or sets when something last came, in milliseconds.</summary>
    public long LastHeard { get; protected set; }

    /// <summary>Gets when something was last sent, in milliseconds.</summary>
    public long LastSent { get; private set; }

    /// <summary>Gets or sets the present time, in milliseconds, as the loop has last looked at it.</summary>
    public long Now { get; set; }

    /// <summary>Gets a value indicating whether the loop has to wait until the peer takes more.</summary>
    public bool WantsToWrite => _stage == Stage.Connecting || ((_count > 0 || _notices.Count > 0) && !CanWrite);

    /// <summary>Gets a value indicating whether nothing that was given to it is still to be sent.</summary>
    public bool IsDrained => _count == 0 && _notices.Count == 0;

    /// <summary>Gets a value indicating whether a frame has begun to come for which there is no room.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Gets the broadcast.</summary>
    protected ChainSettings Settings { get; }

    /// <summary>Arranges to be woken when a good part of the block has come that is on its way, and not for each packet.</summary>
    public void PrepareWait()
    {
        var wanted = _hasHead && _head.Type == LinkFrame.Block ? Math.Clamp(_head.Length - _bodyGot, 1, LargestLowWater) : 1;
        if (wanted == _lowWater) return;
        _lowWater = wanted;
        Sockets.SetLowWater(Socket, wanted);
    }

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether anything has.</returns>
    public bool Receive()
    {
        if (Failure is not null) return false;
        try
        {
            return IsOpen ? ReceiveFrames() : Greet();
        }
        catch (ProtocolException broken)
        {
            Fail(broken.Message);
            return true;
        }
    }

    /// <summary>Sends what there is to send, as far as the peer takes it.</summary>
    /// <returns>Whether anything was sent.</returns>
    public bool Send()
    {
        if (Failure is not null || !CanWrite) return false;
        if (_stage == Stage.Connecting) return Greet();
        var sent = false;
        var parts = stackalloc Sockets.Part[MostSegments];
        while (CanWrite)
        {
            Fill();
            if (_count == 0) break;
            nint total = 0;
            for (var i = 0; i < _count; i++)
            {
                var segment = _segments[(_first + i) % MostSegments];
                parts[i] = new() { Start = segment.Start, Length = segment.Length };
                total += segment.Length;
            }

            var count = Sockets.Write(Socket, parts, _count);
            if (count < 0)
            {
                if (!IsPatient("it cannot be written to")) return true;
                CanWrite = false;
                break;
            }

            sent = true;
            LastSent = Now;
            if (count < total) CanWrite = false;
            Advance(count);
            // Others want their turn.
            if (CanWrite && _count == 0) break;
        }

        return sent;
    }

    /// <summary>Gives up on the connection.</summary>
    public void Fail(string reason) => Failure ??= reason;

    /// <inheritdoc/>
    public void Dispose()
    {
        for (; _count > 0; _count--)
        {
            if (_segments[_first].Slot >= 0) _pool!.Release(_segments[_first].Slot);
            _first = (_first + 1) % MostSegments;
        }

        ChildProcess.Close(Socket);
        NativeMemory.Free(_memory);
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends a notice, after what is on its way.</summary>
    protected void Notify(LinkFrame type, long index, ReadOnlySpan<byte> content) => _notices.Enqueue(_out!.Frame(type, index, content));

    /// <summary>Says where the content of a block goes; null when there is no room for it at the moment.</summary>
    protected virtual byte* PlaceFor(LinkHeader head) => throw new ProtocolException("a block came from where none is to come");

    /// <summary>Takes a block or a page that has come.</summary>
    protected virtual void OnContent(LinkHeader head, ReadOnlySpan<byte> body) => throw new ProtocolException("content came from where none is to come");

    /// <summary>Takes a notice that has come and is proved.</summary>
    protected abstract void OnNotice(LinkHeader head, ReadOnlySpan<byte> content);

    /// <summary>Is told that the connection is open.</summary>
    protected abstract void OnOpen();

    /// <summary>Says whether a caller may be served.</summary>
    protected virtual bool Accepts(LinkGreeting call) => false;

    /// <summary>Gives blocks to send, by <see cref="AddBlock"/> and <see cref="AddSmall"/>, as long as there is room.</summary>
    protected virtual void FillBlocks()
    {
    }

    /// <summary>Says whether a block and what precedes it would find room.</summary>
    protected bool HasRoom => _count < MostSegments - 2 && StagingSize - _staged > ChainWire.PageLength + (2 * ChainWire.HeaderLength);

    /// <summary>Adds a block that is in a slot.</summary>
    /// <param name="slot">The slot, which is kept until the block has been sent.</param>
    /// <param name="length">The length of head and content.</param>
    protected void AddBlock(int slot, int length)
    {
        _pool!.Hold(slot);
        Add(new() { Start = _pool.Frame(slot), Length = length, Slot = slot });
    }

    /// <summary>Adds a head and a short content that follows it.</summary>
    protected void AddSmall(LinkHeader head, ReadOnlySpan<byte> content)
    {
        var start = Staging + _staged;
        head.Write(new(start, ChainWire.HeaderLength));
        content.CopyTo(new(start + ChainWire.HeaderLength, content.Length));
        _staged += ChainWire.HeaderLength + content.Length;
        Add(new() { Start = start, Length = ChainWire.HeaderLength + content.Length, Slot = -1 });
    }

    private byte* Staging => _memory + (2 * ChainWire.HeaderLength) + BodySize;

    private void Add(Segment segment) => _segments[(_first + _count++) % MostSegments] = segment;

    private void Fill()
    {
        if (_count == 0) _staged = 0;
        // What was greeted with, and notices, go first; each stands between frames.
        while (_notices.Count > 0 && _count < MostSegments && StagingSize - _staged >= _notices.Peek().Length)
        {
            var notice = _notices.Dequeue();
            notice.CopyTo(new Span<byte>(Staging + _staged, notice.Length));
            Add(new() { Start = Staging + _staged, Length = notice.Length, Slot = -1 });
            _staged += notice.Length;
        }

        if (IsOpen && HasRoom) FillBlocks();
    }

    private void Advance(nint count)
    {
        while (count > 0)
        {
            ref var segment = ref _segments[_first];
            if (count < segment.Length)
            {
                segment.Start += count;
                segment.Length -= count;
                return;
            }

            count -= segment.Length;
            if (segment.Slot >= 0) _pool!.Release(segment.Slot);
            _first = (_first + 1) % MostSegments;
            _count--;
        }
    }

    private bool Greet()
    {
        if (_stage == Stage.Connecting)
        {
            if (Sockets.ErrorOf(Socket) is var error and not 0)
            {
                Fail(Libc.Message(error));
                return true;
            }

            _notices.Enqueue(_greeting);
            _stage = Stage.AwaitingAnswer;
            CanRead = true;
            return Send();
        }

        var needed = _stage switch { Stage.AwaitingCall => ChainWire.HelloLength, Stage.AwaitingAnswer => ChainWire.AnswerLength, _ => Wire.DigestLength };
        while (_greeted < needed)
        {
            var part = new Sockets.Part { Start = _memory + (2 * ChainWire.HeaderLength) + _greeted, Length = needed - _greeted };
            var count = Sockets.Read(Socket, &part, 1);
            if (count <= 0)
            {
                if (count == 0) Fail("it closed the connection");
                else if (IsPatient("the connection broke")) CanRead = false;
                return Failure is not null;
            }

            _greeted += (int)count;
            LastHeard = Now;
        }

        _greeted = 0;
        GoOn(new(_memory + (2 * ChainWire.HeaderLength), needed));
        return true;
    }

    private void GoOn(ReadOnlySpan<byte> said)
    {
        switch (_stage)
        {
            case Stage.AwaitingCall:
                var call = LinkGreeting.Parse(said);
                if (call.Role != LinkRole.Data || call.Called != Settings.Number || !call.Run.Span.SequenceEqual(Settings.Run) || !Accepts(call))
                    throw new ProtocolException("a call is for another broadcast or another node");
                _greeting = said.ToArray();
                var answer = new byte[ChainWire.AnswerLength];
                _keys = LinkKeys.Answer(Settings.Key, said, answer);
                _notices.Enqueue(answer);
                CanWrite = true;
                _stage = Stage.AwaitingProof;
                break;
            case Stage.AwaitingAnswer:
                _keys = LinkKeys.Accept(Settings.Key, _greeting, said) ?? throw new ProtocolException("who answers does not know the key of this operation");
                (_in, _out) = (_keys.ToCaller(), _keys.FromCaller());
                _notices.Enqueue(_keys.CallerProof());
                Open();
                break;
            default:
                if (!_keys!.IsCallerProof(said)) throw new ProtocolException("who calls does not know the key of this operation");
                (_in, _out) = (_keys.FromCaller(), _keys.ToCaller());
                Open();
                break;
        }
    }

    private void Open()
    {
        _stage = Stage.Open;
        _keys = null;
        _greeting = [];
        OnOpen();
    }

    private bool ReceiveFrames()
    {
        var any = false;
        while (Failure is null)
        {
            if (!_hasHead && !ReceiveHead()) return any;
            if (_body == null && (_body = Place()) == null)
            {
                IsPaused = true;
                return any;
            }

            IsPaused = false;
            if (_head.Length > 0 && !(CanRead && ReceiveBody())) return any;
            any = true;
            if (_bodyGot < _head.Length) continue;
            var isBlock = _head.Type == LinkFrame.Block;
            Finish();
            // It is passed on before the next one comes, while the processor still has it at hand.
            if (isBlock) return true;
        }

        return any;
    }

    private bool ReceiveHead()
    {
        while (_headGot < ChainWire.HeaderLength)
        {
            var part = new Sockets.Part { Start = _memory + _headGot, Length = ChainWire.HeaderLength - _headGot };
            if (!CanRead || !Read(&part, 1, out var count)) return false;
            _headGot += (int)count;
        }

        _head = LinkHeader.Parse(new(_memory, ChainWire.HeaderLength), _peerSide, _wireBlock);
        _hasHead = true;
        return true;
    }

    private byte* Place() => _head.Type == LinkFrame.Block ? PlaceFor(_head) : _memory + (2 * ChainWire.HeaderLength);

    // The rest of the content and the next head in one call.
    private bool ReceiveBody()
    {
        var parts = stackalloc Sockets.Part[2];
        var rest = _head.Length - _bodyGot;
        parts[0] = new() { Start = _body + _bodyGot, Length = rest };
        parts[1] = new() { Start = _memory + ChainWire.HeaderLength, Length = ChainWire.HeaderLength };
        if (!Read(parts, 2, out var count)) return false;
        // It is empty now: asking again at once would only tell so.
        if (count < rest + ChainWire.HeaderLength) CanRead = false;
        _bodyGot += (int)Math.Min(count, rest);
        _headGot = (int)Math.Max(0, count - rest);
        return true;
    }

    private void Finish()
    {
        var head = _head;
        var content = new ReadOnlySpan<byte>(_body, head.Length);
        if (head.Length == 0) _headGot = 0;
        else new ReadOnlySpan<byte>(_memory + ChainWire.HeaderLength, _headGot).CopyTo(new(_memory, _headGot));
        _body = null;
        (_hasHead, _bodyGot) = (false, 0);
        if (head.HasMac) OnNotice(head, _in!.Open(head, content));
        else OnContent(head, content);
    }

    private bool Read(Sockets.Part* parts, int number, out nint count)
    {
        count = Sockets.Read(Socket, parts, number);
        if (count > 0)
        {
            LastHeard = Now;
            return true;
        }

        if (count == 0) Fail("it closed the connection");
        else if (IsPatient("the connection broke")) CanRead = false;
        return false;
    }

    // Whether a call that failed may be made again later.
    private bool IsPatient(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error is Libc.Eagain or Libc.Eintr) return true;
        Fail($"{what}: {Libc.Message(error)}");
        return false;
    }

    private struct Segment
    {
        public byte* Start;
        public nint Length;
        public int Slot;
    }
}
