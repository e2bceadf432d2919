using System.Globalization;
using System.Runtime.InteropServices;
using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Chain;

/// <summary>A disk, a partition or a file that is written from its beginning.</summary>
/// <remarks>Zeros are not written where the device or the file system can make a range hold zeros by itself: that is asked for explicitly, since nobody says what a
/// device held before. Writes are large and aligned, so that no device has to read what surrounds them.</remarks>
internal sealed unsafe class ImageTarget : IDisposable
{
    private const long WritebackStep = 16 * 1024 * 1024;
    private const int NonBlocking = Libc.NonBlocking;
    private readonly string _path;
    private readonly bool _isDevice;
    private readonly int _descriptor;
    private long _writeback;
    private bool _zeroes = true;

    private ImageTarget(string path, bool isDevice, int descriptor) => (_path, _isDevice, _descriptor) = (path, isDevice, descriptor);

    /// <summary>Says whether a path is something that is written without places, such as a pipe or /dev/null.</summary>
    public static bool IsStream(string path) => File.Exists(path) && KindOf(path) is not (UnixFileKind.File or UnixFileKind.Disk);

    /// <summary>Opens what is written without places.</summary>
    /// <returns>The descriptor, or -1; then the system's error is set.</returns>
    public static int OpenStream(string path) => Storage.Open(path, Storage.WriteOnly | NonBlocking | Libc.CloseOnExec, 0);

    /// <summary>Opens a disk or a partition, or makes a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mustBeDevice">Whether anything but a disk or a partition is refused.</param>
    /// <param name="problem">Why it could not be opened.</param>
    public static ImageTarget? Open(string path, bool mustBeDevice, out string problem)
    {
        problem = "";
        var isDevice = File.Exists(path) && KindOf(path) == UnixFileKind.Disk;
        if (mustBeDevice && !isDevice)
        {
            problem = $"{path} is no disk and no partition of this node";
            return null;
        }

        var descriptor = Storage.Open(path, Storage.WriteOnly | Libc.CloseOnExec | (isDevice ? 0 : Storage.Create | Storage.Truncate), 0x180);
        if (descriptor >= 0) return new(path, isDevice, descriptor);
        problem = $"{path}: {Libc.Message(Marshal.GetLastPInvokeError())}";
        return null;
    }

    /// <summary>Writes a part.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="data">What; null for zeros.</param>
    /// <param name="length">How much.</param>
    /// <returns>What went wrong, or nothing.</returns>
    public string Write(long offset, byte* data, int length)
    {
        if (data == null)
        {
            if (_zeroes && (_zeroes = Storage.TryZero(_descriptor, _isDevice, offset, length))) return "";
            fixed (byte* zeros = new byte[length]) return Write(offset, zeros, length);
        }

        for (var done = 0; done < length;)
        {
            var count = Storage.WriteAt(_descriptor, data + done, length - done, offset + done);
            if (count > 0) done += (int)count;
            else if (count == 0 || Marshal.GetLastPInvokeError() is var error && error != Libc.Eintr)
                return string.Create(CultureInfo.InvariantCulture, $"writing to {_path} failed at byte {offset + done}: {Reason(count)}");
        }

        if (offset + length - _writeback < WritebackStep) return "";
        // So that the disk works while the rest comes, instead of at the end.
        Storage.StartWriteback(_descriptor, _writeback, offset + length - _writeback);
        _writeback = offset + length;
        return "";
    }

    /// <summary>Waits until everything is on the disk, and makes a disk's own partitions known.</summary>
    /// <returns>What went wrong, or nothing.</returns>
    public string Finish(long length)
    {
        if (!_isDevice && Storage.SetLength(_descriptor, length) != 0) return $"{_path}: {Libc.Message(Marshal.GetLastPInvokeError())}";
        // Some file systems and devices have nothing to wait for.
        if (Storage.Flush(_descriptor) != 0 && Marshal.GetLastPInvokeError() is var error and not (Invalid or ReadOnlyFileSystem)) return $"{_path}: {Libc.Message(error)}";
        if (_isDevice && !File.Exists($"/sys/class/block/{Path.GetFileName(Resolved(_path))}/partition")) Storage.ReadPartitions(_descriptor);
        return "";
    }

    /// <inheritdoc/>
    public void Dispose() => ChildProcess.Close(_descriptor);

    private const int Invalid = 22;
    private const int ReadOnlyFileSystem = 30;

    private enum UnixFileKind
    {
        File,
        Disk,
        Other,
    }

    private static string Reason(nint count)
    {
        var error = Marshal.GetLastPInvokeError();
        return count == 0 || error == Libc.Enospc ? "it is full: the image is larger than it" : Libc.Message(error);
    }

    private static string Resolved(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    // By statx(2): the framework does not tell one kind of device from another.
    private static UnixFileKind KindOf(string path) => (Storage.ModeOf(path) & Storage.KindMask) switch
    {
        Storage.RegularFile => UnixFileKind.File,
        Storage.BlockDevice => UnixFileKind.Disk,
        _ => UnixFileKind.Other,
    };
}
