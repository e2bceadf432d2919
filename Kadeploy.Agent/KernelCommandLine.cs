using System.Globalization;

namespace Kadeploy.Agent;

/// <summary>What the boot profile told the agent.</summary>
/// <param name="Host">The engine's address or name.</param>
/// <param name="Port">Its port.</param>
/// <param name="Fingerprint">The SHA-256 of its certificate.</param>
/// <param name="Token">What proves that this is the node for which the profile was written.</param>
internal sealed record KernelCommandLine(string Host, int Port, byte[] Fingerprint, string Token)
{
    /// <summary>Reads a kernel command line; of an argument that is there twice the last counts, as for the kernel.</summary>
    /// <exception cref="FormatException">Something is missing or wrong; the message names the argument, never the token's value.</exception>
    public static KernelCommandLine Parse(string text)
    {
        string? server = null, fingerprint = null, token = null;
        foreach (var word in text.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Value(word, "kadeploy.server=") is { } first) server = first;
            if (Value(word, "kadeploy.fingerprint=") is { } second) fingerprint = second;
            if (Value(word, "kadeploy.token=") is { } third) token = third;
        }

        if (server is null || fingerprint is null || token is null)
            throw new FormatException("the kernel command line lacks kadeploy.server, kadeploy.fingerprint or kadeploy.token");
        var (host, port) = Endpoint(server);
        if (token.Length is < 16 or > 200) throw new FormatException("kadeploy.token is no token");
        return new(host, port, Digest(fingerprint), token);
    }

    /// <summary>Gives what may be shown.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static string? Value(string word, string name) => word.StartsWith(name, StringComparison.Ordinal) ? word[name.Length..].Trim('"') : null;

    private static (string Host, int Port) Endpoint(string server)
    {
        // The last colon: IPv6 addresses stand in brackets.
        var colon = server.LastIndexOf(':');
        var host = colon > 0 ? server[..colon].Trim('[', ']') : "";
        return host.Length > 0 && ushort.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? (host, port)
            : throw new FormatException($"kadeploy.server={server} is not HOST:PORT");
    }

    private static byte[] Digest(string fingerprint)
    {
        var digits = fingerprint.Replace(":", "", StringComparison.Ordinal);
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw new FormatException("kadeploy.fingerprint is no SHA-256 in hexadecimal digits");
    }
}
