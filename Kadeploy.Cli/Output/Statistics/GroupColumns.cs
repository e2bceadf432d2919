using System.Globalization;

namespace Kadeploy.Cli.Output.Statistics;

/// <summary>The columns of what rows were put together by.</summary>
internal static class GroupColumns
{
    /// <summary>Gives the columns.</summary>
    /// <typeparam name="T">What a row shows.</typeparam>
    /// <param name="by">The keys.</param>
    /// <param name="group">Gives the group of a row.</param>
    /// <returns>A column for each key.</returns>
    public static IEnumerable<SheetColumn<T>> Of<T>(StatisticsKeys by, Func<T, StatisticsGroup> group)
    {
        if (by.HasFlag(StatisticsKeys.Day)) yield return SheetColumn<T>.OfText("day", "Day", row => Day(group(row)));
        if (by.HasFlag(StatisticsKeys.Kind)) yield return SheetColumn<T>.OfText("kind", "Kind", row => Kind(group(row)));
        if (by.HasFlag(StatisticsKeys.Cluster)) yield return SheetColumn<T>.OfText("cluster", "Cluster", row => group(row).Cluster);
        if (by.HasFlag(StatisticsKeys.Node)) yield return SheetColumn<T>.OfText("node", "Node", row => group(row).Node?.Value);
        if (by.HasFlag(StatisticsKeys.Environment)) yield return SheetColumn<T>.OfText("environment", "Environment", row => group(row).Environment);
        if (by.HasFlag(StatisticsKeys.User)) yield return SheetColumn<T>.OfText("user", "User", row => group(row).User);
    }

    /// <summary>Names a group in a few words.</summary>
    /// <param name="group">The group.</param>
    /// <returns>For example <c>lab debian13:2</c>; <c>all</c> when rows were not put together by anything.</returns>
    public static string Label(StatisticsGroup group)
    {
        var parts = new[] { Day(group), Kind(group), group.Cluster, group.Node?.Value, group.Environment, group.User }.Where(static part => part is { Length: > 0 });
        return string.Join(' ', parts) is { Length: > 0 } label ? Printable.Text(label) : "all";
    }

    private static string? Day(StatisticsGroup group) => group.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Kind(StatisticsGroup group) => group.Kind is { } kind ? LogLine.Camel(kind) : null;
}
