using System.Globalization;
using System.Security.Cryptography;
using Kadeploy.Agent.Chain;

namespace Kadeploy.Agent.Images;

/// <summary>What <c>kadeploy-agent receive</c> is told on its standard input; not by arguments, which everybody on the node may read.</summary>
/// <param name="Address">Where the image is; its path is a secret. Null when it comes from other nodes alone.</param>
/// <param name="Length">Its length in bytes; null when the server shall say.</param>
/// <param name="Digest">Its SHA-256; null when it is not to be compared.</param>
/// <param name="Chain">The broadcast in which the node takes part; null when it fetches the image by itself.</param>
internal sealed record ReceiveRequest(Uri? Address, long? Length, byte[]? Digest, ChainSettings? Chain)
{
    /// <summary>Reads lines of <c>NAME=VALUE</c>.</summary>
    /// <exception cref="FormatException">They make no sense; the message says which.</exception>
    public static ReceiveRequest Parse(TextReader lines)
    {
        Uri? address = null;
        long? length = null;
        byte[]? digest = null;
        var chain = new ChainLines();
        while (lines.ReadLine() is { } line)
        {
            var equals = line.IndexOf('=');
            var (name, value) = equals < 0 ? (line, "") : (line[..equals], line[(equals + 1)..].Trim());
            switch (name)
            {
                case "":
                    break;
                case "url":
                    address = Uri.TryCreate(value, UriKind.Absolute, out var known) && known.Scheme == "http" && known.Host.Length > 0
                        ? known : throw new FormatException("url is no http address");
                    break;
                case "length":
                    length = value.Length == 0 ? null
                        : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
                        : throw new FormatException($"length '{value}' is no number of bytes");
                    break;
                case "sha256":
                    digest = value.Length == 0 ? null : Hexadecimal(value);
                    break;
                default:
                    if (!chain.Take(name, value)) throw new FormatException("a line on the standard input is none of url=, length= and sha256=, nor one of a broadcast");
                    break;
            }
        }

        var settings = chain.Settings();
        return address is null && settings is null ? throw new FormatException("the standard input names no url= and no chain=") : new(address, length, digest, settings);
    }

    private static byte[] Hexadecimal(string value)
    {
        try
        {
            if (Convert.FromHexString(value) is { Length: SHA256.HashSizeInBytes } bytes) return bytes;
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new FormatException($"sha256 '{value}' is not 64 hexadecimal digits");
    }
}
