using System.Globalization;
using System.Text;

namespace Kadeploy.Engine.BootServices;

/// <summary>The head of a request: RFC 9112 §3 and §5, as far as files are concerned.</summary>
internal sealed record HttpRequestHead
{
    public const int LongestHead = 16 * 1024;

    public required string Method { get; init; }

    /// <summary>Gets the decoded path, beginning with '/'.</summary>
    public required string Path { get; init; }

    public required bool KeepAlive { get; init; }

    /// <summary>Gets the range that is asked for, as it was written; null when all is wanted.</summary>
    public string? Range { get; init; }

    /// <summary>Gets the condition on which the range is wanted (RFC 9110 §13.1.5).</summary>
    public string? IfRange { get; init; }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">All of it, with the empty line at its end.</param>
    /// <param name="head">The head.</param>
    /// <returns>The status with which it is refused; 0 when it is not.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, out HttpRequestHead? head)
    {
        head = null;
        if (bytes.ContainsAnyExcept(Allowed)) return 400;
        // RFC 9112 §2.2: a bare line feed may be taken for a line's end. A bare carriage return may not.
        var lines = Encoding.ASCII.GetString(bytes).Split('\n').Select(static line => line.EndsWith('\r') ? line[..^1] : line).ToArray();
        if (lines.Any(static line => line.Contains('\r', StringComparison.Ordinal))) return 400;
        if (lines[0].Split(' ') is not [var method, var target, var version] || method.Length == 0) return 400;
        if (version is not ("HTTP/1.1" or "HTTP/1.0")) return version.StartsWith("HTTP/", StringComparison.Ordinal) ? 505 : 400;
        if (Fields(lines) is not { } fields) return 400;

        var old = version == "HTTP/1.0";
        if (!old && fields["host"].Count() != 1) return 400; // RFC 9112 §3.2
        // Nothing that is asked for here has a body; one that is not read would be taken for the next request.
        if (fields.Contains("transfer-encoding") || fields["content-length"].Any(static length => length != "0")) return 413;
        if (PathOf(target) is not { } path) return 400;

        var connection = string.Join(',', fields["connection"]).Split(',', StringSplitOptions.TrimEntries);
        var ranges = fields["range"].ToArray();
        head = new()
        {
            Method = method,
            Path = path,
            KeepAlive = !connection.Contains("close", StringComparer.OrdinalIgnoreCase)
                && (!old || connection.Contains("keep-alive", StringComparer.OrdinalIgnoreCase)),
            Range = ranges.Length == 1 ? ranges[0] : null,
            IfRange = fields["if-range"].FirstOrDefault(),
        };
        return 0;
    }

    private static readonly System.Buffers.SearchValues<byte> Allowed =
        System.Buffers.SearchValues.Create([(byte)'\t', (byte)'\r', (byte)'\n', .. Enumerable.Range(32, 95).Select(static code => (byte)code)]);

    private static ILookup<string, string>? Fields(string[] lines)
    {
        var fields = new List<(string Name, string Value)>();
        foreach (var line in lines.Skip(1).TakeWhile(static line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            // RFC 9112 §5.1 and §5.2: no blank before the colon, no folded lines.
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(" \t")) return null;
            fields.Add((line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return fields.ToLookup(static field => field.Name, static field => field.Value, StringComparer.OrdinalIgnoreCase);
    }

    private static string? PathOf(string target)
    {
        // RFC 9112 §3.2.2: a server takes the absolute form too.
        if (target.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            var slash = target.IndexOf('/', 7);
            target = slash < 0 ? "/" : target[slash..];
        }

        if (!target.StartsWith('/')) return null;
        var end = target.AsSpan().IndexOfAny('?', '#');
        var raw = end < 0 ? target : target[..end];
        var bytes = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '%')
            {
                bytes.Add((byte)raw[i]);
            }
            else if (i + 2 < raw.Length && byte.TryParse(raw.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                bytes.Add(code);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        return bytes.Contains(0) ? null : Encoding.UTF8.GetString([.. bytes]);
    }
}
