using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot.Overlays;

/// <summary>A file that an overlay brings to every node.</summary>
/// <param name="Source">Where it is on this machine.</param>
/// <param name="Path">Where it will be on the node, absolute.</param>
/// <param name="Mode">Its permissions.</param>
public sealed record OverlayFile(string Source, string Path, UnixFileMode Mode)
{
    private const int MostMode = 0xFFF; // 7777

    /// <summary>Reads <c>SOURCE:PATH</c> or <c>SOURCE:PATH:MODE</c>, with the mode in octal digits.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The file; without a mode, executable when the source is.</returns>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static OverlayFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split(':') is not ([{ Length: > 0 }, ['/', _, ..]] or [{ Length: > 0 }, ['/', _, ..], { Length: > 0 }]))
            throw new FormatException($"'{text}' is not of the form SOURCE:PATH[:MODE] with an absolute path");
        var parts = text.Split(':');
        return new(parts[0], parts[1], parts.Length == 3 ? ReadMode(parts[2], text) : DefaultMode(parts[0]));
    }

    private static UnixFileMode DefaultMode(string source) =>
        File.Exists(source) && (File.GetUnixFileMode(source) & UnixFileMode.UserExecute) != 0 ? Permissions.Program : Permissions.Data;

    private static UnixFileMode ReadMode(string digits, string text)
    {
        var mode = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7' || (mode = (mode * 8) + (digit - '0')) > MostMode)
                throw new FormatException($"'{digits}' in '{text}' is no mode in octal digits, such as 0644");
        }

        return (UnixFileMode)mode;
    }
}

/// <summary>An initramfs with a site's own files, which boot loaders append to the one that is the same everywhere.</summary>
/// <remarks>It is not compressed, and its length is a multiple of 4096, so that it may stand before another. The same files give the
/// same bytes.</remarks>
public static class OverlayImage
{
    /// <summary>Where the deployment environment looks for the agent.</summary>
    public const string AgentPath = "/usr/sbin/kadeploy-agent";

    /// <summary>Where the keys are that may log in as root.</summary>
    public const string KeysPath = "/root/.ssh/authorized_keys";

    // cpio, gzip, xz, zstd.
    private static readonly byte[][] Starts =
        ["070701"u8.ToArray(), [0x1F, 0x8B], [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], [0x28, 0xB5, 0x2F, 0xFD]];

    // What the base image has as links into /usr; a folder in their place would hide it.
    private static readonly string[] Merged = ["bin", "lib", "lib64", "sbin"];

    /// <summary>Makes an overlay for the agent at its place.</summary>
    /// <param name="source">The agent's executable.</param>
    /// <returns>The file.</returns>
    public static OverlayFile Agent(string source) => new(source, AgentPath, Permissions.Program);

    /// <summary>Makes an overlay for the keys at their place.</summary>
    /// <param name="source">A file of public keys, one on a line.</param>
    /// <returns>The file.</returns>
    public static OverlayFile AuthorizedKeys(string source) => new(source, KeysPath, Permissions.Secret);

    /// <summary>Writes an overlay.</summary>
    /// <param name="files">The files; of two with one path the later wins.</param>
    /// <param name="output">Receives the image.</param>
    /// <exception cref="ConfigurationException">Files cannot be read or put where they shall be; all of them are named.</exception>
    public static void Write(IEnumerable<OverlayFile> files, Stream output)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(output);
        var image = new ImageTree();
        var problems = new List<string>();
        foreach (var file in files)
        {
            if (Add(image, file) is { } problem) problems.Add(problem);
        }

        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        CpioWriter.Write(image, output);
        Alignment.Pad(output);
    }

    /// <summary>Writes an overlay to a file, whole or not at all.</summary>
    /// <param name="files">The files.</param>
    /// <param name="path">The overlay's path.</param>
    /// <returns>Its size in bytes.</returns>
    /// <exception cref="ConfigurationException">As for <see cref="Write"/>.</exception>
    public static long WriteFile(IEnumerable<OverlayFile> files, string path)
    {
        using var image = new MemoryStream();
        Write(files, image);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var unfinished = path + ".unfinished";
        File.WriteAllBytes(unfinished, image.ToArray());
        File.Move(unfinished, path, overwrite: true);
        return image.Length;
    }

    /// <summary>Reads a ready-made overlay.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="ConfigurationException">It cannot be read, or is no initramfs.</exception>
    internal static byte[] Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return Looks(bytes) ? bytes : throw new ConfigurationException(
                $"the overlay '{path}' is neither a cpio archive of the newc form nor compressed by gzip, xz or zstd; 'kadeploy miniroot overlay' makes overlays");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the overlay '{path}' cannot be read: {failure.Message}");
        }
    }

    private static bool Looks(ReadOnlySpan<byte> bytes)
    {
        foreach (var start in Starts)
            if (bytes.StartsWith(start)) return true;
        return false;
    }

    private static string? Add(ImageTree image, OverlayFile file)
    {
        try
        {
            var path = file.Path.TrimStart('/');
            if (Merged.Contains(path.Split('/')[0], StringComparer.Ordinal)) path = "usr/" + path;
            if (path.StartsWith("root/", StringComparison.Ordinal))
            {
                // The kernel gives folders the modes of the last image that names them.
                image.AddFolder("root", Permissions.Private);
                if (path.StartsWith("root/.ssh/", StringComparison.Ordinal)) image.AddFolder("root/.ssh", Permissions.Private);
            }

            if (path.StartsWith("tmp/", StringComparison.Ordinal)) image.AddFolder("tmp", Permissions.Sticky);
            image.Add(path, new FileEntry(file.Mode, FileContent.Of(File.ReadAllBytes(file.Source))));
            return null;
        }
        catch (ArgumentException wrong)
        {
            return wrong.Message;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"'{file.Source}' cannot be read: {failure.Message}";
        }
    }
}
