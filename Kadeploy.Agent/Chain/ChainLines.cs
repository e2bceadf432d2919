using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Reads the lines that describe a node's part in a broadcast.</summary>
internal sealed class ChainLines
{
    private readonly Dictionary<string, string> _lines = new(StringComparer.Ordinal);

    private static readonly string[] Names = ["chain", "run", "key", "node", "head", "ring", "rate", "port", "sealed", "verify"];

    /// <summary>Takes a line.</summary>
    /// <returns>False when there is no such.</returns>
    public bool Take(string name, string value)
    {
        if (!Names.Contains(name)) return false;
        _lines[name] = value;
        return true;
    }

    /// <summary>Gives what they say.</summary>
    /// <returns>Null when they do not speak of a broadcast.</returns>
    /// <exception cref="FormatException">They make no sense; the message says which, and never the key.</exception>
    public ChainSettings? Settings()
    {
        if (_lines.Count == 0) return null;
        try
        {
            return new()
            {
                Servers = Resolve(Required("chain")),
                Run = Bytes("run", ChainWire.RunLength),
                Key = Bytes("key", ChainWire.KeyLength),
                Number = (uint)Number("node", 1, uint.MaxValue - 1L),
                Head = ManifestHead.Parse(Convert.FromBase64String(Required("head"))),
                RingBytes = Number("ring", 0, 1L << 40, 0),
                BytesPerSecond = Number("rate", 0, 1L << 40, 0),
                Port = (int)Number("port", 0, ushort.MaxValue, 25303),
                IsSealed = Number("sealed", 0, 1, 0) == 1,
                Verifies = Number("verify", 0, 1, 1) == 1,
            };
        }
        catch (ProtocolException wrong)
        {
            throw new FormatException($"head= is no manifest: {wrong.Message}", wrong);
        }
    }

    private string Required(string name) => _lines.TryGetValue(name, out var value) && value.Length > 0 ? value : throw new FormatException($"the standard input has no {name}=");

    private byte[] Bytes(string name, int length)
    {
        var value = Required(name);
        // Not shown: one of them is a secret.
        return value.Length == length * 2 && value.All(char.IsAsciiHexDigit) ? Convert.FromHexString(value) : throw new FormatException($"{name}= is not {length * 2} hexadecimal digits");
    }

    private long Number(string name, long least, long most, long? absent = null)
    {
        if (absent is { } none && (!_lines.TryGetValue(name, out var text) || text.Length == 0)) return none;
        return long.TryParse(Required(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value : throw new FormatException($"{name}= is no number from {least} to {most}");
    }

    private static List<IPEndPoint> Resolve(string value)
    {
        var colon = value.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new FormatException($"chain '{value}' is no HOST:PORT");
        var host = value[..colon].Trim('[', ']');
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(host, out var address) ? [address] : Dns.GetHostAddresses(host);
            if (addresses.Length > 0) return [.. addresses.Select(each => new IPEndPoint(each, port))];
        }
        catch (SocketException unknown)
        {
            throw new IOException($"the server {host} is not known here: {unknown.SocketErrorCode}", unknown);
        }

        throw new IOException($"the server {host} has no address");
    }
}
