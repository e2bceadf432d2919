using System.Globalization;

namespace Kadeploy;

/// <summary>Quotes what users wrote, in messages that go to terminals: control characters are named, not sent.</summary>
internal static class Printable
{
    /// <summary>Gives a text with the names of its control characters in their places.</summary>
    public static string Text(ReadOnlySpan<char> text)
    {
        var all = true;
        foreach (var c in text) all &= IsPrintable(c);
        return all ? text.ToString() : string.Concat(text.ToArray().Select(static c => IsPrintable(c) ? c.ToString() : Name(c)));
    }

    /// <summary>Gives a character in quotation marks, or the name of a control character.</summary>
    public static string Character(char character) => IsPrintable(character) ? $"'{character}'" : Name(character);

    // Half of a surrogate pair is no text either.
    private static bool IsPrintable(char character) => !char.IsControl(character) && !char.IsSurrogate(character);

    private static string Name(char character) => string.Create(CultureInfo.InvariantCulture, $"U+{(int)character:X4}");
}
