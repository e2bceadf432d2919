using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Makes lines of what a serial console received.</summary>
internal static partial class ConsoleText
{
    /// <summary>How many lines of a console are kept as evidence.</summary>
    public const int MostLines = 40;

    /// <summary>How many of the last bytes are looked at.</summary>
    /// <value>Held in memory for each node whose console is followed, of which there may be thousands.</value>
    public const int Window = 16 * 1024;

    /// <summary>Gives the last lines.</summary>
    /// <param name="bytes">The end of what was received.</param>
    /// <param name="isCut">Whether it begins in the middle: then the first line is only a part of one, and left out.</param>
    /// <returns>The lines, oldest first, without control sequences, and without empty ones.</returns>
    public static ImmutableArray<string> LastLines(ReadOnlySpan<byte> bytes, bool isCut)
    {
        if (isCut) bytes = bytes.IndexOf((byte)'\n') is var end and >= 0 ? bytes[(end + 1)..] : [];
        var text = Sequence().Replace(Encoding.UTF8.GetString(bytes), "");
        return [.. text.Split('\n').Select(Seen).Where(static line => line.Length > 0).TakeLast(MostLines)];
    }

    /// <summary>Gives one line.</summary>
    /// <param name="bytes">What was received of it.</param>
    /// <returns>The line as one would see it, without control sequences.</returns>
    public static string Line(ReadOnlySpan<byte> bytes) => Seen(Sequence().Replace(Encoding.UTF8.GetString(bytes), ""));

    // What is written after a carriage return stands over what was there.
    private static string Seen(string line)
    {
        var last = line.Split('\r').LastOrDefault(static part => !string.IsNullOrWhiteSpace(part)) ?? "";
        return string.Concat(last.Where(static c => !char.IsControl(c) || c == '\t')).Replace('\t', ' ').TrimEnd();
    }

    // ECMA-48: control sequences, operating system commands, and the short escapes.
    [GeneratedRegex(@"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])", RegexOptions.CultureInvariant)]
    private static partial Regex Sequence();
}
