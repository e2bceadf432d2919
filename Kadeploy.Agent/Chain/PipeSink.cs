using System.Runtime.InteropServices;
using Kadeploy.Agent.Images;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Hands the image to a program, or to anything else that is written without places.</summary>
internal sealed unsafe class PipeSink : ImageSink
{
    private readonly ImageWriter? _writer;
    private readonly int _descriptor;
    private readonly Action _wake;
    private readonly byte[] _zeros;
    private long _written;
    private int _offset;
    private bool _isClosed;
    private bool _isFinished;
    private volatile string? _end;

    /// <summary>Makes a sink.</summary>
    /// <param name="writer">The program; null when the descriptor is all.</param>
    /// <param name="descriptor">What is written to; it does not wait.</param>
    /// <param name="wake">Wakes the loop.</param>
    /// <param name="head">The image.</param>
    /// <param name="pool">The memory.</param>
    /// <param name="window">The blocks.</param>
    /// <param name="proves">Whether digests are known.</param>
    public PipeSink(ImageWriter? writer, int descriptor, Action wake, ManifestHead head, BlockPool pool, BlockWindow window, bool proves)
        : base(head, pool, window, proves)
    {
        (_writer, _descriptor, _wake) = (writer, descriptor, wake);
        _zeros = new byte[ChainWire.SmallestBlock];
    }

    /// <inheritdoc/>
    public override long Written => _written;

    /// <inheritdoc/>
    public override int Descriptor => !_isClosed && _written < Window.Position ? _descriptor : -1;

    /// <inheritdoc/>
    public override bool HasEnded => _end is not null && (_isFinished || _end.Length > 0);

    /// <inheritdoc/>
    public override string Problem => _end ?? "";

    /// <inheritdoc/>
    public override bool Pump(long now)
    {
        var any = false;
        while (_written < Window.Position)
        {
            if (!_isClosed && !Write())
            {
                SetBusy(!_isClosed, now);
                if (!_isClosed) return any;
            }

            any = true;
            HandedOver(_written++);
            _offset = 0;
        }

        if (any) SetBusy(false, now);
        return any;
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        _isFinished = true;
        Close();
    }

    // The whole of the next block, unless it would have to wait or nobody reads it any more.
    private bool Write()
    {
        var length = Head.LengthOf(_written);
        var isZeros = Window[_written] == BlockState.Zeros;
        fixed (byte* zeros = _zeros)
        {
            while (_offset < length)
            {
                var start = isZeros ? zeros : Pool.Clear(Window.SlotOf(_written)) + _offset;
                var count = Libc.Write(_descriptor, start, isZeros ? Math.Min(_zeros.Length, length - _offset) : length - _offset);
                if (count < 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    if (error == Libc.Eintr) continue;
                    // Programs may know where an image ends without reading what fills it up; then the rest counts for the proof alone.
                    if (error != Libc.Eagain) Close();
                    return false;
                }

                _offset += (int)count;
            }
        }

        return true;
    }

    // How the program ends is waited for elsewhere: others still get blocks from here.
    private void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        if (_writer is null)
        {
            ChildProcess.Close(_descriptor);
            _end = "";
            return;
        }

        new Thread(() =>
        {
            _end = _writer.Finish();
            _wake();
        })
        { IsBackground = true }.Start();
    }
}
