namespace Kadeploy.Engine.Environments;

/// <summary>Puts another beginning to the addresses of an environment's files.</summary>
internal static class FileMove
{
    /// <summary>Says what is wrong with a move.</summary>
    /// <param name="old">The old beginning.</param>
    /// <param name="now">The new one.</param>
    /// <returns>A message, or null.</returns>
    public static string? Problem(string old, string now)
    {
        foreach (var text in new[] { old, now })
        {
            var clean = Clean(text);
            if (!clean.StartsWith('/') && !IsHttp(clean))
                return $"'{Quoted.Text(text)}' is no beginning of a file's address; write a path that begins with '/', or an address of http or https";
        }

        return null;
    }

    /// <summary>Says whether a file's address begins in a way.</summary>
    /// <param name="location">The address.</param>
    /// <param name="beginning">The beginning.</param>
    /// <returns>Whether it does.</returns>
    public static bool Begins(Uri location, string beginning) => Text(location).StartsWith(Clean(beginning), StringComparison.Ordinal);

    /// <summary>Moves the files of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="moves">Old and new beginnings; the first that fits counts.</param>
    /// <returns>The environment with the new addresses; the files are the same ones, so their checksums stay.</returns>
    public static KaEnvironment Apply(KaEnvironment environment, IReadOnlyList<(string Old, string New)> moves) => environment with
    {
        Image = environment.Image with { Location = Apply(environment.Image.Location, moves) },
        Preinstall = environment.Preinstall is { } script ? script with { Archive = Apply(script.Archive, moves) } : null,
        Postinstalls = [.. environment.Postinstalls.Select(each => each with { Archive = Apply(each.Archive, moves) })],
    };

    private static Uri Apply(Uri location, IReadOnlyList<(string Old, string New)> moves)
    {
        foreach (var (old, now) in moves)
        {
            if (!Begins(location, old)) continue;
            var moved = Clean(now) + Text(location)[Clean(old).Length..];
            return IsHttp(moved) ? new(moved) : Configuration.Reading.FileReading.AddressOf(Path.GetFullPath(moved));
        }

        return location;
    }

    private static string Text(Uri location) => location.IsFile ? location.LocalPath : location.AbsoluteUri;

    private static string Clean(string text)
    {
        foreach (var scheme in new[] { "server://", "file://", "local://", "local:" })
            if (text.StartsWith(scheme, StringComparison.Ordinal)) return text[scheme.Length..];
        return text;
    }

    private static bool IsHttp(string text) =>
        (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0;
}
