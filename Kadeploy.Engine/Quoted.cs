namespace Kadeploy.Engine;

/// <summary>Makes what others wrote fit for a message on one line.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    /// <summary>Names control characters, and cuts what is too long.</summary>
    /// <param name="text">The text.</param>
    /// <returns>At most 80 characters.</returns>
    public static string Text(string text)
    {
        var clean = Printable.Text(text.AsSpan(0, Math.Min(text.Length, Longest + 1)));
        return clean.Length <= Longest ? clean : $"{clean[..(Longest - 1)]}…";
    }
}
