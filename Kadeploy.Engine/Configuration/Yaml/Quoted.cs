namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Makes what stands in a file fit for messages.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    /// <summary>Replaces control characters, and cuts what is too long.</summary>
    /// <param name="text">The text.</param>
    /// <returns>At most 80 characters.</returns>
    public static string Text(string text)
    {
        var clean = string.Concat(text.Take(Longest + 1).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
        return clean.Length <= Longest ? clean : $"{clean[..(Longest - 1)]}…";
    }
}
