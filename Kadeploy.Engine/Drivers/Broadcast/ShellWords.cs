namespace Kadeploy.Engine.Drivers.Broadcast;

/// <summary>Writes an argument vector as a shell reads it, for tools of a site that take commands as texts. None of ours is ever run so.</summary>
internal static class ShellWords
{
    /// <summary>Quotes each word that needs it (POSIX.1-2017, Shell Command Language 2.2.2).</summary>
    /// <param name="words">Program and arguments.</param>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    private static string Quote(string word) => word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "-_./=:@%+,".Contains(c))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
