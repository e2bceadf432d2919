namespace Kadeploy.Conventions.Tests;

/// <summary>Compares two texts by their longest common subsequence of lines.</summary>
internal static class LineDifference
{
    /// <summary>Gives the lines that went ('-') and came ('+'), each under the line without indentation that they belong to.</summary>
    public static IReadOnlyList<string> Between(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var lengths = new int[before.Count + 1, after.Count + 1];
        for (var i = before.Count - 1; i >= 0; i--)
        {
            for (var j = after.Count - 1; j >= 0; j--)
                lengths[i, j] = before[i] == after[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }

        var result = new List<string>();
        string? heading = null;
        for (int i = 0, j = 0; i < before.Count || j < after.Count;)
        {
            if (i < before.Count && j < after.Count && before[i] == after[j])
            {
                if (!before[i].StartsWith(' ')) heading = before[i];
                i++;
                j++;
                continue;
            }

            var gone = j == after.Count || (i < before.Count && lengths[i + 1, j] >= lengths[i, j + 1]);
            var line = gone ? before[i++] : after[j++];
            if (!line.StartsWith(' ')) heading = null;
            else if (heading is not null) result.Add(heading);
            if (line.StartsWith(' ')) heading = null;
            result.Add($"{(gone ? '-' : '+')} {line}");
        }

        return result;
    }
}
