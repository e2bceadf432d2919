using System.Globalization;

namespace Kadeploy;

/// <summary>Quotes what users wrote, in messages that go to terminals: control characters are named, not sent.</summary>
public static class Printable
{
    /// <summary>Gives a text with the names of its control characters in their places.</summary>
    /// <param name="text">The text.</param>
    /// <returns>For example <c>aU+0007b</c>.</returns>
    public static string Text(ReadOnlySpan<char> text)
    {
        var all = true;
        foreach (var c in text) all &= IsPrintable(c);
        return all ? text.ToString() : string.Concat(text.ToArray().Select(static c => IsPrintable(c) ? c.ToString() : Name(c)));
    }

    /// <summary>Gives a character in quotation marks, or the name of a control character.</summary>
    /// <param name="character">The character.</param>
    /// <returns>For example <c>'a'</c> or <c>U+0007</c>.</returns>
    public static string Character(char character) => IsPrintable(character) ? $"'{character}'" : Name(character);

    // Half of a surrogate pair is no text either, and what turns the direction of writing shows other text than there is.
    private static bool IsPrintable(char character) =>
        !char.IsControl(character) && !char.IsSurrogate(character) && character is not ((>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    private static string Name(char character) => string.Create(CultureInfo.InvariantCulture, $"U+{(int)character:X4}");
}
