using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Writes the image onto a disk, a partition or into a file, by a thread of its own, since disks make their writers wait.</summary>
internal sealed unsafe class PlaceSink : ImageSink
{
    private const long Batch = 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly ImageTarget _target;
    private readonly Action _wake;
    private readonly Thread _thread;
    private long _handed;
    private long _signalled;
    private long _written;
    private bool _isFinished;
    private volatile bool _isEnding;
    private volatile string? _end;

    /// <summary>Makes a sink.</summary>
    /// <param name="target">What is written.</param>
    /// <param name="wake">Wakes the loop.</param>
    /// <param name="head">The image.</param>
    /// <param name="pool">The memory.</param>
    /// <param name="window">The blocks.</param>
    /// <param name="proves">Whether digests are known.</param>
    public PlaceSink(ImageTarget target, Action wake, ManifestHead head, BlockPool pool, BlockWindow window, bool proves)
        : base(head, pool, window, proves)
    {
        (_target, _wake) = (target, wake);
        _thread = new(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override long Written => Volatile.Read(ref _written);

    /// <inheritdoc/>
    public override bool HasEnded => _end is not null;

    /// <inheritdoc/>
    public override string Problem => _end ?? "";

    /// <inheritdoc/>
    public override bool Pump(long now)
    {
        SetBusy(_signalled > Written, now);
        var any = false;
        while (_handed < Window.Position)
        {
            // Where a block stands is looked up here: the window belongs to the loop.
            var piece = new Piece(_handed, Window[_handed] == BlockState.Zeros ? null : Pool.Clear(Window.SlotOf(_handed)));
            lock (_gate) _pieces.Enqueue(piece);
            HandedOver(_handed++);
            any = true;
        }

        if ((_handed - _signalled) * Head.BlockSize >= Batch) Flush();
        return any;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        if (_handed == _signalled) return;
        _signalled = _handed;
        _work.Release();
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_isFinished) return;
        _isFinished = _isEnding = true;
        _work.Release();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _target.Dispose();
        base.Dispose();
    }

    private readonly Queue<Piece> _pieces = new();

    private void Run()
    {
        var problem = "";
        while (problem.Length == 0)
        {
            _work.Wait();
            while (problem.Length == 0 && Next() is { } piece)
            {
                problem = _target.Write(piece.Block * Head.BlockSize, piece.Start, Head.LengthOf(piece.Block));
                Volatile.Write(ref _written, piece.Block + 1);
            }

            if (_isEnding && Written == Head.Blocks && problem.Length == 0)
            {
                problem = _target.Finish(Head.Length);
                break;
            }

            _wake();
        }

        _end = problem;
        _wake();
    }

    private Piece? Next()
    {
        lock (_gate) return _pieces.TryDequeue(out var piece) ? piece : null;
    }

    private readonly struct Piece(long block, byte* start)
    {
        public long Block { get; } = block;

        public byte* Start { get; } = start;
    }
}
