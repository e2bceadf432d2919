using System.Text;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>Writes commands as one types them.</summary>
internal static class CommandLine
{
    /// <summary>Writes a command.</summary>
    /// <param name="words">Program and arguments.</param>
    /// <returns>A text that <see cref="CommandTemplate.Parse"/> reads as the same words.</returns>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Select(Word));

    private static string Word(string word)
    {
        if (word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "_-./:=,+@%^~".Contains(c, StringComparison.Ordinal))) return word;
        var text = new StringBuilder("\"");
        foreach (var c in word) text.Append(c is '"' or '\\' ? "\\" : "").Append(c);
        return text.Append('"').ToString();
    }
}
