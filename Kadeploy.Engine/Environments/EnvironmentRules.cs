using System.Collections.Immutable;

namespace Kadeploy.Engine.Environments;

/// <summary>Who sees which environments, and which one is meant: the rules of Kadeploy 3.</summary>
internal static class EnvironmentRules
{
    /// <summary>Chooses from all environments.</summary>
    /// <param name="all">All that there are.</param>
    /// <param name="selection">What is asked for.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="almighty">Whether the caller is an administrator.</param>
    /// <returns>Those that the caller may see: public ones first, then private, then shared ones; by name; newest version first.</returns>
    public static ImmutableArray<RecordedEnvironment> Select(
        IEnumerable<RecordedEnvironment> all, EnvironmentSelection selection, string caller, bool almighty)
    {
        var seen = all.Where(each => IsNamed(each.Environment, selection.Name) && IsSeen(each.Environment, selection.Owner, caller, almighty));
        if (selection.Version is { } version) seen = seen.Where(each => each.Environment.Version == version);
        else if (!selection.AllVersions)
            seen = seen.GroupBy(static each => (each.Environment.Name, each.Environment.User)).Select(static group => group.MaxBy(static each => each.Environment.Version)!);
        return
        [
            .. seen.OrderBy(static each => Rank(each.Environment.Visibility)).ThenBy(static each => each.Environment.Name, StringComparer.Ordinal)
                .ThenByDescending(static each => each.Environment.Version).ThenBy(static each => each.Environment.User, StringComparer.Ordinal),
        ];
    }

    /// <summary>Chooses the one that is meant.</summary>
    /// <param name="seen">What <see cref="Select"/> gives for a name.</param>
    /// <param name="selection">What is asked for.</param>
    /// <param name="caller">Who asks.</param>
    /// <returns>An exact name before an exact alias before a pattern; of these the caller's own, when no owner is named, before others; then the first. Null when
    /// there is none.</returns>
    public static RecordedEnvironment? One(ImmutableArray<RecordedEnvironment> seen, EnvironmentSelection selection, string caller)
    {
        // A '_' in a name is more often a character than a pattern: what has that very name is what was meant.
        var exact = seen.Where(each => each.Environment.Name == selection.Name).ToImmutableArray();
        if (exact.IsEmpty) exact = [.. seen.Where(each => each.Environment.Alias == selection.Name)];
        if (exact.IsEmpty) exact = seen;
        return (selection.Owner is null ? exact.FirstOrDefault(each => each.Environment.User == caller) : null) ?? exact.FirstOrDefault();
    }

    private static bool IsNamed(KaEnvironment environment, string? name) =>
        name is null || environment.Name == name || environment.Alias == name || LikePattern.Fits(name, environment.Name)
        || (environment.Alias is { } alias && LikePattern.Fits(name, alias));

    private static bool IsSeen(KaEnvironment environment, string? asked, string caller, bool almighty)
    {
        if (string.IsNullOrEmpty(asked)) return almighty || environment.User == caller || environment.Visibility == Visibility.Public;
        // One's own name is a name: a user 'a_b' is not everybody whose name looks like that.
        if (asked == caller ? environment.User != caller : environment.User != asked && !LikePattern.Fits(asked, environment.User)) return false;
        return almighty || asked == caller || environment.Visibility != Visibility.Private;
    }

    private static int Rank(Visibility visibility) => visibility switch { Visibility.Public => 0, Visibility.Private => 1, _ => 2 };
}
