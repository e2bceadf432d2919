namespace Kadeploy.Engine.Environments;

/// <summary>Compares texts with patterns as SQL's LIKE does, and as Kadeploy 3 did in its database: <c>%</c> is any text, <c>_</c> any character,
/// and capitals are no others than small letters.</summary>
internal static class LikePattern
{
    /// <summary>Says whether a text fits.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">The text.</param>
    /// <returns>Whether all of it does.</returns>
    /// <remarks>In a time that grows with the product of the lengths, whatever the pattern.</remarks>
    public static bool Fits(string pattern, string text)
    {
        var (p, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%') (star, mark) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '_' || char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(text[t])))
            {
                // Half of a pair of surrogates is no character.
                if (pattern[p] == '_' && char.IsHighSurrogate(text[t]) && t + 1 < text.Length) t++;
                (p, t) = (p + 1, t + 1);
            }
            else if (star >= 0) (p, t) = (star + 1, ++mark);
            else return false;
        }

        while (p < pattern.Length && pattern[p] == '%') p++;
        return p == pattern.Length;
    }
}
