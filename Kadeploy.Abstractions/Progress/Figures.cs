using System.Globalization;

namespace Kadeploy.Progress;

/// <summary>Words for figures that all front ends show alike.</summary>
internal static class Figures
{
    /// <summary>Words a duration with its two leading units.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>For example <c>7 min 12 s</c> or <c>0.21 s</c>.</returns>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) return "-" + Duration(duration.Negate());
        if (duration < TimeSpan.FromSeconds(10)) return duration.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture) + " s";
        var whole = TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds));
        return whole switch
        {
            { TotalMinutes: < 1 } => $"{whole.Seconds} s",
            { TotalHours: < 1 } => $"{whole.Minutes} min {whole.Seconds} s",
            _ => $"{(int)whole.TotalHours} h {whole.Minutes} min",
        };
    }

    /// <summary>Words a number of nodes.</summary>
    /// <param name="count">The number.</param>
    /// <returns>For example <c>1 node</c>.</returns>
    public static string Nodes(int count) => count == 1 ? "1 node" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} nodes");
}
