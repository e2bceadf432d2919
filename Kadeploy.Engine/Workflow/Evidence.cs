using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.Workflow;

/// <summary>Gathers what an administrator reads below a fault: the end of what failed, then the end of what stands on the node's console.</summary>
/// <remarks>Bounded in lines and in their length, and without the tokens that let agents in: kernels print their command line on the console.</remarks>
internal static partial class Evidence
{
    /// <summary>How many lines each part has at most.</summary>
    public const int MostLines = 20;

    /// <summary>How many characters a line has at most.</summary>
    public const int LongestLine = 400;

    /// <summary>The line that parts the two.</summary>
    public const string ConsoleHeading = "console:";

    private const int TokenLength = 43;

    /// <summary>Gathers it.</summary>
    /// <param name="output">The last lines of what failed.</param>
    /// <param name="console">The node's console.</param>
    /// <param name="node">The node.</param>
    /// <returns>The lines, oldest first in each part.</returns>
    public static ImmutableArray<string> Of(ImmutableArray<string> output, IConsole console, Node node)
    {
        var lines = Bounded(output);
        return Bounded(Seen(console, node)) is { IsEmpty: false } seen ? [.. lines, ConsoleHeading, .. seen] : lines;
    }

    /// <summary>Takes the values of secrets out of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with <c>***</c> in their places.</returns>
    public static string Redacted(string text) => Token().Replace(text, "$1***");

    private static ImmutableArray<string> Seen(IConsole console, Node node)
    {
        try
        {
            return console.LastLines(node);
        }
        catch (Exception broken) when (broken is KadeployException or IOException or UnauthorizedAccessException)
        {
            // A fault without a console is worth more than none.
            return [];
        }
    }

    private static ImmutableArray<string> Bounded(ImmutableArray<string> lines)
    {
        if (lines.IsDefaultOrEmpty) return [];
        var clean = new List<string>(lines.Length);
        var missing = 0; // characters of a token that a terminal has broken into the next line
        foreach (var line in lines)
        {
            var rest = missing > 0 ? Continuation().Match(line).Length : 0;
            rest = Math.Min(rest, missing);
            var text = rest > 0 ? $"***{line[rest..]}" : line;
            missing = rest > 0 && rest == line.Length ? missing - rest : 0;
            if (Token().Matches(text) is { Count: > 0 } tokens && tokens[^1] is var last && last.Index + last.Length == text.Length)
                missing = Math.Max(0, TokenLength - last.Groups[2].Length);
            text = Redacted(text);
            clean.Add(text.Length > LongestLine ? $"{text[..LongestLine]}…" : text);
        }

        return [.. clean.TakeLast(MostLines)];
    }

    [GeneratedRegex(@"(kadeploy\.token=)([A-Za-z0-9_-]*)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Token();

    [GeneratedRegex(@"^[A-Za-z0-9_-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Continuation();
}
