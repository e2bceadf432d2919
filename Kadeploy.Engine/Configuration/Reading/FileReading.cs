using System.Collections.Immutable;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads paths and addresses of files.</summary>
internal static class FileReading
{
    /// <summary>Gives the path of a file that exists.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <returns>The full path; null when it is absent or wrong.</returns>
    public static string? ExistingFile(this Section section, string key)
    {
        if (FullPath(section, key) is not { } path) return null;
        if (!section.Source.LooksAtFiles || File.Exists(path)) return path;
        section.Problem(key, Directory.Exists(path) ? $"names a folder, '{path}', where a file is expected" : $"names the file '{path}', which does not exist");
        return null;
    }

    /// <summary>Gives the path of a folder that exists.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <returns>The full path; null when it is absent or wrong.</returns>
    public static string? ExistingFolder(this Section section, string key)
    {
        if (FullPath(section, key) is not { } path) return null;
        if (!section.Source.LooksAtFiles || Directory.Exists(path)) return path;
        section.Problem(key, $"names the folder '{path}', which does not exist");
        return null;
    }

    /// <summary>Gives a full path, whether or not anything is there.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <returns>The path; null when it is absent or wrong.</returns>
    public static string? FullPath(this Section section, string key)
    {
        if (section.Text(key) is not { } text) return null;
        if (section.Source.FullPath(text) is { } path) return Found(section, key, path);
        section.Problem(key, text.Length == 0 ? "is empty" : $"is '{Quoted.Text(text)}', which is no path");
        return null;
    }

    /// <summary>Gives the address of a file.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="exists">Whether a file on this machine has to exist already.</param>
    /// <returns>An address of http, https or file; null when it is absent or wrong.</returns>
    public static Uri? Location(this Section section, string key, bool exists)
    {
        if (section.Text(key) is not { } text) return null;
        var scheme = text.IndexOf("://", StringComparison.Ordinal) is var end and > 0 ? text[..end].ToLowerInvariant() : "";
        if (scheme is "http" or "https")
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0) return address;
            section.Problem(key, address is null
                ? text.Contains('@', StringComparison.Ordinal) ? "is no address" : $"is '{Quoted.Text(text)}', which is no address"
                : $"names an address on {address.Host} with a user or a password, which would be seen on every node; leave them out");
            return null;
        }

        // 'server' and 'local' are Kadeploy 3's; the machine of the command is that of the engine.
        if (scheme is not ("" or "file" or "server" or "local"))
        {
            section.Problem(key, $"is '{Quoted.Text(text)}'; addresses begin with http://, https://, file://, server:// or local://, or are paths");
            return null;
        }

        var path = scheme switch
        {
            "" => text.StartsWith("local:", StringComparison.Ordinal) ? text[6..] : text,
            "file" => Uri.TryCreate(text, UriKind.Absolute, out var file) && file.Host.Length == 0 ? file.LocalPath : "",
            _ => text[(scheme.Length + 3)..],
        };
        if (scheme.Length == 0 && section.Source.Address is { } from && !path.StartsWith('/') && Uri.TryCreate(from, path, out var beside)) return beside;
        if (section.Source.FullPath(path) is not { } full)
        {
            section.Problem(key, text.Length == 0 ? "is empty" : $"is '{Quoted.Text(text)}', which is no path");
            return null;
        }

        if (!exists || !section.Source.LooksAtFiles || File.Exists(full)) return AddressOf(Found(section, key, full));
        section.Problem(key, $"names the file '{full}', which does not exist");
        return null;
    }

    /// <summary>Gives the address of a file on this machine.</summary>
    /// <param name="path">Its full path.</param>
    /// <returns>The address; characters such as '#' stay part of the path.</returns>
    public static Uri AddressOf(string path)
    {
        var parts = path.Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\').Split('/');
        var escaped = parts.Select(static (part, index) => index == 0 && part.EndsWith(':') ? part : Uri.EscapeDataString(part));
        return new($"file://{(path.StartsWith('/') ? "" : "/")}{string.Join('/', escaped)}");
    }

    private static string Found(Section section, string key, string path)
    {
        if (section.Value(key) is { } value) section.Source.PathFound?.Invoke(value, path);
        return path;
    }

    /// <summary>Gives archives with the scripts in them.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="exist">Whether files on this machine have to exist already.</param>
    /// <returns>The archives; none when the key is absent.</returns>
    public static ImmutableArray<InstallScript> Archives(this Section section, string key, bool exist) =>
        [.. section.Tables(key).Select(archive => Archive(archive, exist)).OfType<InstallScript>()];

    /// <summary>Reads an archive with the script in it.</summary>
    /// <param name="section">Its table.</param>
    /// <param name="exists">Whether a file on this machine has to exist already.</param>
    /// <returns>The archive; null when something is wrong with it.</returns>
    public static InstallScript? Archive(Section section, bool exists)
    {
        if (!section.Has("archive")) section.Missing("archive", "name the archive");
        if (!section.Has("compression")) section.Missing("compression", "write gzip, bzip2, xz, zstd or none");
        var archive = section.Location("archive", exists);
        var compression = section.Name<ImageCompression>("compression");
        var script = section.Text("script");
        if (script is { Length: > 0 } && RequestCheck.ProblemOfScript(script) is { } problem) section.Problem("script", problem);
        var digest = section.Sha256("checksum");
        section.End();
        return archive is null || compression is null ? null : new(archive, compression.Value, script is null or "none" ? null : script, digest);
    }

    /// <summary>Gives the digest that a file must have.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <returns>64 lower-case hexadecimal digits; null when it is absent or wrong.</returns>
    public static string? Sha256(this Section section, string key)
    {
        if (section.Text(key) is not { } text) return null;
        var digest = (text.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? text[7..] : text).ToLowerInvariant();
        if (digest.Length == 64 && digest.All(char.IsAsciiHexDigitLower)) return digest;
        section.Problem(key, $"is '{Quoted.Text(text)}'; write the SHA-256 of the file, 64 hexadecimal digits, as sha256sum prints it");
        return null;
    }
}
