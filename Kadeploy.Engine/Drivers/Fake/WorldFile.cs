using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>The memory of a simulated world: a text file to which each change adds a line before the driver's call returns.</summary>
/// <remarks>
/// <para>A line is <c>node attempt event data</c>, the attempt as <c>ordinal.instanceAttempt.attempt</c> or <c>-</c>. Lines are handed to
/// the operating system one by one and not forced to the disk: they outlive the process, which is what kills are about, not the machine.</para>
/// <para>A last line without an end was cut off while it was written; the change that it tells of did not happen, as no call had returned.</para>
/// </remarks>
internal sealed class WorldFile : IDisposable
{
    private const string Header = "kadeploy simulated world 1";

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private byte[] _buffer = new byte[512];

    private WorldFile(SafeFileHandle file, string path) => (_file, _path) = (file, path);

    /// <summary>Opens a file for further lines, and makes it when it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replay">Takes what it holds, in order.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="StoreException">The file cannot be used; the message names it and the line.</exception>
    public static WorldFile Open(string path, Action<WorldEvent> replay)
    {
        SafeFileHandle? file = null;
        try
        {
            var fresh = !File.Exists(path);
            var (events, length) = fresh ? ([], 0) : Read(path);
            for (var i = 0; i < events.Count; i++) Replay(path, i, events[i], replay);
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(file) > length) RandomAccess.SetLength(file, length);
            var world = new WorldFile(file, path);
            if (length == 0) world.Write(Encoding.ASCII.GetBytes(Header + '\n'));
            file = null;
            return world;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, failure);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Reads a file, which may be in use.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The events, and how many bytes of the file hold whole lines.</returns>
    /// <exception cref="StoreException">The file cannot be read or is no such file; the message names it and the line.</exception>
    public static (List<WorldEvent> Events, long Length) Read(string path)
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            bytes = new byte[file.Length];
            bytes = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, failure);
        }

        var events = new List<WorldEvent>();
        var length = 0;
        for (var number = 1; bytes.AsSpan(length).IndexOf((byte)'\n') is var end and >= 0; number++)
        {
            var line = Encoding.UTF8.GetString(bytes, length, end);
            if (number == 1 && line != Header) throw NoWorld(path);
            if (number > 1) events.Add(WorldEvent.TryParse(line, out var entry) ? entry : throw Damaged(path, number, $"'{line}' is no event"));
            length += end + 1;
        }

        if (length == 0 && !Encoding.ASCII.GetBytes(Header).AsSpan().StartsWith(bytes)) throw NoWorld(path);
        return (events, length);
    }

    /// <summary>Adds a line and hands it to the operating system.</summary>
    /// <param name="entry">The line.</param>
    /// <exception cref="StoreException">It could not be written; the file is as it was before.</exception>
    public void Append(in WorldEvent entry)
    {
        lock (_gate)
        {
            var (attempt, kind) = (entry.Attempt.ToString(), WorldEvent.NameOf(entry.Kind));
            var separator = entry.Data.Length == 0 ? "" : " ";
            int length;
            while (!Utf8.TryWrite(
                _buffer, CultureInfo.InvariantCulture, $"{entry.Node} {attempt} {kind}{separator}{entry.Data}\n", out length))
                _buffer = new byte[_buffer.Length * 2];
            Write(_buffer.AsSpan(0, length));
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static void Replay(string path, int index, WorldEvent entry, Action<WorldEvent> replay)
    {
        try
        {
            replay(entry);
        }
        catch (FormatException wrong)
        {
            throw Damaged(path, index + 2, wrong.Message);
        }
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        long end = -1;
        try
        {
            end = RandomAccess.GetLength(_file);
            RandomAccess.Write(_file, line, end);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Half a line would become part of the next one.
            if (failure is IOException && end >= 0) TryTruncate(end);
            throw Unusable(_path, failure);
        }
    }

    private void TryTruncate(long length)
    {
        try
        {
            RandomAccess.SetLength(_file, length);
        }
        catch (IOException)
        {
            // The write's own failure is reported; half a line at the end is left out when the file is opened again.
        }
    }

    private static StoreException NoWorld(string path) => new($"{path} is no file of a simulated cluster; give another name");

    private static StoreException Damaged(string path, int line, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path}, line {line}: {what}; the simulated cluster cannot be taken up from it"));

    private static StoreException Unusable(string path, Exception failure) =>
        new($"{path}: the simulated cluster cannot be kept there: {failure.Message}", failure);
}
