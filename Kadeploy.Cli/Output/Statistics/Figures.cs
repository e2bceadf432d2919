using System.Globalization;

namespace Kadeploy.Cli.Output.Statistics;

/// <summary>Writes figures of the log, the same everywhere.</summary>
internal static class Figures
{
    /// <summary>Writes a number for programs.</summary>
    /// <param name="number">The number.</param>
    /// <returns>Its digits, or null.</returns>
    public static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Writes a share for programs.</summary>
    /// <param name="share">The share.</param>
    /// <returns>Up to six decimals, or null.</returns>
    public static string? Share(double? share) => share?.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>Writes a share for people.</summary>
    /// <param name="share">The share.</param>
    /// <returns>For example <c>3.3 %</c>.</returns>
    public static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Writes a duration for programs.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>Seconds with up to three decimals, or null.</returns>
    public static string? Seconds(TimeSpan? duration) => duration?.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Writes a moment for programs.</summary>
    /// <param name="moment">The moment.</param>
    /// <returns>ISO 8601 in universal time, or null.</returns>
    public static string? Moment(DateTimeOffset? moment) => moment?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes a change of duration for people.</summary>
    /// <param name="change">The change.</param>
    /// <returns>For example <c>+1 min 2 s</c>.</returns>
    public static string Change(TimeSpan change) => (change > TimeSpan.Zero ? "+" : "") + Wording.Duration(change);
}
