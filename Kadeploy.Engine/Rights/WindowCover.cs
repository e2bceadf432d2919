namespace Kadeploy.Engine.Rights;

/// <summary>Asks of several windows together.</summary>
internal static class WindowCover
{
    /// <summary>Says whether windows leave no moment of another one out.</summary>
    /// <param name="windows">The windows, in any order.</param>
    /// <param name="wanted">The window that is to be covered.</param>
    /// <returns>Whether each of its moments is in one of them.</returns>
    public static bool Covers(IEnumerable<RightWindow> windows, RightWindow wanted)
    {
        IEnumerable<RightWindow> left = [wanted];
        foreach (var window in windows) left = [.. left.SelectMany(rest => rest.Without(window))];
        return !left.Any();
    }
}
