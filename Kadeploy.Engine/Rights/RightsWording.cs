using System.Collections.Immutable;

namespace Kadeploy.Engine.Rights;

/// <summary>Words for rights, for messages and the audit trail.</summary>
internal static class RightsWording
{
    /// <summary>Writes scopes as briefly as possible.</summary>
    /// <param name="scopes">The scopes.</param>
    /// <returns>For example <c>cluster:lab,node-[1-3]</c>; <c>*</c> stands for all nodes.</returns>
    public static string Scopes(IEnumerable<RightScope> scopes)
    {
        var all = scopes.Distinct().ToList();
        IEnumerable<string> wide = all.Where(static scope => scope.Node is null).Select(static scope => scope.Value).Order(StringComparer.Ordinal);
        var nodes = NodeSet.From(all.Select(static scope => scope.Node).OfType<NodeName>());
        return string.Join(',', nodes.Count > 0 ? wide.Append(nodes.Fold()) : wide);
    }

    /// <summary>Puts rights together that differ in their node only.</summary>
    /// <param name="rights">The rights.</param>
    /// <returns>Who, which devices and when; and where.</returns>
    public static ImmutableArray<(Principal Principal, string Parts, RightWindow Window, string Scopes)> Groups(IEnumerable<Right> rights) =>
    [
        .. rights.GroupBy(static right => (right.Principal, right.Window, right.Scope))
            .Select(static one => (one.Key.Principal, Parts: string.Join(", ", one.Select(static right => right.Part.Value).Distinct().Order(StringComparer.Ordinal)), one.Key.Window, one.Key.Scope))
            .GroupBy(static one => (one.Principal, one.Parts, one.Window))
            .Select(static group => (group.Key.Principal, group.Key.Parts, group.Key.Window, Scopes(group.Select(static one => one.Scope))))
            .OrderBy(static group => group.Principal.Value, StringComparer.Ordinal).ThenBy(static group => group.Item4, StringComparer.Ordinal),
    ];

    /// <summary>Makes entries for the audit trail of rights.</summary>
    /// <param name="action">What was done to them.</param>
    /// <param name="user">Who did it; empty when they ended by themselves.</param>
    /// <param name="rights">The rights.</param>
    /// <returns>An entry for each group of rights that differ in their node only.</returns>
    public static IEnumerable<Audit.AuditNote> Notes(AuditAction action, string user, IEnumerable<Right> rights) =>
        Groups(rights).Select(group => new Audit.AuditNote(
            user, action, $"{group.Principal}: {(group.Parts == "*" ? "every device" : group.Parts)}, {group.Window}", group.Scopes));

    /// <summary>Says on which nodes what is missing.</summary>
    /// <param name="missing">What is missing; at least one.</param>
    /// <returns>For example <c>node-[1-2]: no right; node-3: no right on /dev/sda3, only on /dev/sda5</c>.</returns>
    public static string Missing(IEnumerable<MissingRight> missing) => string.Join("; ", MissingLines(missing));

    /// <summary>Says on which nodes what is missing, one reason a line.</summary>
    /// <param name="missing">What is missing.</param>
    /// <returns>The lines, in the order of the first nodes.</returns>
    public static IEnumerable<string> MissingLines(IEnumerable<MissingRight> missing) =>
        missing.GroupBy(static each => each.Reason).Select(static group => $"{NodeSet.From(group.Select(static each => each.Node)).Fold()}: {group.Key}");
}
