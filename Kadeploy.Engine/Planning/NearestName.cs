namespace Kadeploy.Engine.Planning;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NearestName
{
    /// <summary>Gives the words to add to a message about an unknown name.</summary>
    /// <param name="wrong">The unknown name.</param>
    /// <param name="known">The names that exist.</param>
    /// <returns><c>; did you mean 'X'?</c>, or nothing when no name is near.</returns>
    public static string Suggestion(string wrong, IEnumerable<string> known) =>
        Find(wrong, known) is { } name ? $"; did you mean '{name}'?" : "";

    /// <summary>Gives the words to add to a message about an unknown name, which always say what to write.</summary>
    /// <param name="wrong">The unknown name.</param>
    /// <param name="known">The names that exist.</param>
    /// <param name="listed">Those that are listed when none is near.</param>
    /// <returns><c>; did you mean 'X'?</c>, or <c>; known are X, Y</c>.</returns>
    public static string SuggestionOrList(string wrong, IEnumerable<string> known, IEnumerable<string> listed) =>
        Suggestion(wrong, known) is { Length: > 0 } suggestion ? suggestion : $"; known are {string.Join(", ", listed)}";

    /// <summary>Finds the name from which an unknown one differs by the fewest letters, whatever their case.</summary>
    /// <param name="wrong">The unknown name.</param>
    /// <param name="known">The names that exist.</param>
    /// <returns>The nearest name, the first of several; null when more than a third of its letters would have to change.</returns>
    public static string? Find(string wrong, IEnumerable<string> known)
    {
        string? nearest = null;
        var best = Math.Max(1, wrong.Length / 3) + 1;
        foreach (var name in known)
        {
            if (Math.Abs(name.Length - wrong.Length) >= best) continue;
            var distance = Distance(wrong.ToUpperInvariant(), name.ToUpperInvariant());
            if (distance >= best) continue;
            (nearest, best) = (name, distance);
        }

        return nearest;
    }

    // Damerau's distance, by rows: how many letters must be added, dropped, replaced or swapped with their neighbour.
    private static int Distance(string a, string b)
    {
        var beforePrevious = new int[b.Length + 1];
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[b.Length];
    }
}
