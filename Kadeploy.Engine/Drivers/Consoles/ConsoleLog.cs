using System.Globalization;
using System.Text;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Keeps what came from a console, in files of a folder that are named by the number of bytes before them; the oldest go when there is too much.</summary>
/// <remarks>Written by one process at a time, the one that holds the console's line. A log that cannot be written is no reason to be without a console.</remarks>
/// <param name="folder">The folder; it exists.</param>
/// <param name="limit">How many bytes are kept at most; 0 keeps nothing.</param>
/// <param name="time">The clock of marks.</param>
internal sealed class ConsoleLog(string folder, long limit, TimeProvider time) : IDisposable
{
    /// <summary>The end of the files' names.</summary>
    public const string Extension = ".log";

    private const int Parts = 8;
    private const int SmallestPart = 4096;

    private FileStream? _file;
    private long _offset;
    private bool _broken = limit <= 0;

    /// <summary>Lists a log's files.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Their paths with the number of bytes before each, oldest first; none when there is no log.</returns>
    public static List<(long Offset, string Path)> Files(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        var files = new List<(long Offset, string Path)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)) files.Add((offset, path));
        files.Sort();
        return files;
    }

    /// <summary>Adds what came.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_broken || bytes.IsEmpty) return;
        try
        {
            _file ??= Open();
            _file.Write(bytes);
            if (_file.Length >= Math.Max(SmallestPart, limit / Parts)) Turn();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _broken = true;
        }
    }

    /// <summary>Adds a line that says what happens to the console.</summary>
    /// <param name="text">One line without control characters.</param>
    public void Mark(string text) =>
        Append(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\r\n[kadeploy {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z {text}]\r\n")));

    /// <inheritdoc/>
    public void Dispose()
    {
        _broken = true;
        _file?.Dispose();
    }

    private FileStream Open()
    {
        if (Files(folder) is [.., var last])
        {
            var length = new FileInfo(last.Path).Length;
            _offset = last.Offset;
            if (length < Math.Max(SmallestPart, limit / Parts)) return Part(FileMode.Append);
            _offset += length;
        }

        return Part(FileMode.Create);
    }

    private void Turn()
    {
        _offset += _file!.Length;
        _file.Dispose();
        _file = Part(FileMode.Create);
        var files = Files(folder);
        foreach (var (offset, path) in files)
            if (_offset - offset > limit && offset != _offset) File.Delete(path);
    }

    private FileStream Part(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(Path.Combine(folder, _offset.ToString("D20", CultureInfo.InvariantCulture) + Extension), options);
    }
}
