using System.Net;

namespace Kadeploy.Engine.BootServices;

/// <summary>What became of one request for a boot file.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Path">What was asked for, control characters replaced by '?'; empty when the request could not be read.</param>
/// <param name="Bytes">How many bytes of it were sent and, by TFTP, acknowledged.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Failure">Why it did not end well, for operators; null when it did.</param>
public sealed record ServedFile(EndPoint Client, string Path, long Bytes, TimeSpan Duration, string? Failure)
{
    internal static string Printable(string text) => string.Concat(text.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
