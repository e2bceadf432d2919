using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Kadeploy.Engine.BootServices;

/// <summary>Error codes of RFC 1350, appendix, and RFC 2347.</summary>
internal enum TftpError : ushort
{
    /// <summary>See the message.</summary>
    NotDefined = 0,

    /// <summary>No such file.</summary>
    FileNotFound = 1,

    /// <summary>Access violation.</summary>
    AccessViolation = 2,

    /// <summary>Illegal operation.</summary>
    IllegalOperation = 4,
}

/// <summary>A read request: RFC 1350 §5, with the options of RFC 2347, 2348, 2349 and 7440.</summary>
internal sealed record TftpRequest
{
    public required string File { get; init; }

    /// <summary>Gets the size of blocks in bytes, as asked for (RFC 2348); null when it was not.</summary>
    public int? BlockSize { get; init; }

    /// <summary>Gets the wait before blocks are sent again, in seconds (RFC 2349 §2); null when it was not asked for.</summary>
    public int? Timeout { get; init; }

    /// <summary>Gets a value indicating whether the size of the file was asked for (RFC 2349 §3).</summary>
    public bool Size { get; init; }

    /// <summary>Gets the size of windows in blocks, as asked for (RFC 7440 §3); null when it was not.</summary>
    public int? Window { get; init; }

    /// <summary>Reads a packet that came to the well-known port.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="request">The request, when it is one that can be served.</param>
    /// <returns>What to answer when it is not; null for nothing, which is also the answer to what is no request.</returns>
    public static (TftpError Error, string Message)? Read(ReadOnlySpan<byte> packet, out TftpRequest? request)
    {
        request = null;
        if (packet.Length < 4) return null;
        switch (BinaryPrimitives.ReadUInt16BigEndian(packet))
        {
            case 1:
                break;
            case 2:
                return (TftpError.AccessViolation, "this server is read only");
            case 5:
                return null; // An error is never answered (RFC 1350 §7).
            default:
                return (TftpError.IllegalOperation, "a read request is expected");
        }

        if (packet[^1] != 0) return (TftpError.IllegalOperation, "the request is cut off");
        var fields = Encoding.UTF8.GetString(packet[2..^1]).Split('\0');
        if (fields.Length < 2 || fields[0].Length == 0) return (TftpError.IllegalOperation, "the request lacks a file name or a mode");
        if (!fields[1].Equals("octet", StringComparison.OrdinalIgnoreCase))
            return (TftpError.IllegalOperation, "only mode octet (binary) is served");

        // Boot ROMs of a certain system part folders by backslashes.
        var read = new TftpRequest { File = fields[0].Replace('\\', '/') };
        // RFC 2347: an option that is unknown, or whose value is not valid, is left out of the answer. The first of a kind counts.
        for (var i = fields.Length - (fields.Length % 2) - 2; i >= 2; i -= 2)
        {
            if (!int.TryParse(fields[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) continue;
            read = fields[i].ToUpperInvariant() switch
            {
                "BLKSIZE" when value is >= 8 and <= 65464 => read with { BlockSize = value },
                "TIMEOUT" when value is >= 1 and <= 255 => read with { Timeout = value },
                "TSIZE" => read with { Size = true },
                "WINDOWSIZE" when value is >= 1 and <= 65535 => read with { Window = value },
                _ => read,
            };
        }

        request = read;
        return null;
    }
}
