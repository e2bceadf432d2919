using System.Globalization;
using Kadeploy.Progress;

namespace Kadeploy.Cli.Output;

/// <summary>Words for figures.</summary>
internal static class Wording
{
    /// <summary>Words a duration with its two leading units.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>For example <c>7 min 12 s</c> or <c>0.21 s</c>.</returns>
    public static string Duration(TimeSpan duration) => Figures.Duration(duration);

    /// <summary>Writes a number with separators.</summary>
    /// <param name="number">The number.</param>
    /// <returns>For example <c>1,000</c>.</returns>
    public static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Words a number of nodes.</summary>
    /// <param name="count">The number.</param>
    /// <returns>For example <c>1 node</c>.</returns>
    public static string Nodes(int count) => Figures.Nodes(count);

    /// <summary>Words an amount of memory.</summary>
    /// <param name="bytes">The amount.</param>
    /// <returns>For example <c>180 MiB</c>.</returns>
    public static string Bytes(long bytes) => Number(Math.Round(bytes / 1048576.0)) + " MiB";

    /// <summary>Writes a moment in universal time, as in the journal.</summary>
    /// <param name="moment">The moment.</param>
    /// <returns>For example <c>2026-01-31 12:00:05Z</c>.</returns>
    public static string Moment(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Words what the audit trail records.</summary>
    /// <param name="action">What was done.</param>
    /// <returns>For example <c>operation-started</c>, as options have it.</returns>
    public static string Action(AuditAction action) =>
        string.Concat(action.ToString().Select(static (c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>Words how many nodes ended how.</summary>
    /// <param name="results">The counts.</param>
    /// <returns>For example <c>950 ok, 50 failed</c>; counts of 0 are left out, except that of ok.</returns>
    public static string Results(NodeCounts results)
    {
        (int Count, string Word)[] parts =
        [
            (results.Ko, "failed"), (results.Stopped, "stopped"), (results.Cancelled, "cancelled"), (results.Discarded, "discarded"),
        ];
        return string.Join(", ", parts.Where(static part => part.Count > 0).Select(static part => $"{Number(part.Count)} {part.Word}")
            .Prepend($"{Number(results.Ok)} ok"));
    }
}
