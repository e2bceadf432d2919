namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Knows text from what only looks like it: half of a surrogate pair can be neither written nor stored.</summary>
internal static class WellFormed
{
    /// <summary>Says whether a text has no half of a character.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it has none.</returns>
    public static bool Is(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
