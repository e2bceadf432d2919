using System.Collections.Immutable;

namespace Kadeploy.Engine.Rights;

/// <summary>Decides what a grant or a revocation does to the rights that are there.</summary>
/// <remarks>The rules of Karights, with windows of time and groups added: two rights are in each other's way only while both hold, and a group's members
/// do not disturb their own group. Pure: it reads no clock and no store.</remarks>
/// <param name="policy">Who is an administrator, and who is in which group.</param>
/// <param name="nodes">Which node is in which cluster.</param>
internal sealed class RightsAlgebra(AccessPolicy policy, NodeMap nodes)
{
    /// <summary>Names every scope that has a node in common with one of others.</summary>
    /// <param name="scopes">The others.</param>
    /// <returns>The scopes; null when every scope has.</returns>
    public IReadOnlySet<RightScope>? Touching(ImmutableArray<RightScope> scopes)
    {
        if (scopes.Contains(RightScope.All)) return null;
        var touching = new HashSet<RightScope>(scopes) { RightScope.All };
        foreach (var scope in scopes)
        {
            if (scope.Cluster is { } cluster) touching.UnionWith(nodes.NodesOf(cluster).Select(RightScope.Of));
            else if (scope.Node is { } node && nodes.ClusterOf(node) is { } of) touching.Add(RightScope.OfCluster(of));
        }

        return touching;
    }

    /// <summary>Decides on a grant.</summary>
    /// <param name="grant">What is granted; its window is complete.</param>
    /// <param name="existing">All rights of the one who is to have it, and all rights on scopes that touch his; none has ended.</param>
    /// <param name="by">Who grants it.</param>
    /// <param name="now">The time now.</param>
    /// <returns>The changes.</returns>
    /// <exception cref="ConfigurationException">It is at odds with rights that are there.</exception>
    public RightsDecision Grant(RightsGrant grant, IReadOnlyCollection<StoredRight> existing, string by, DateTimeOffset now)
    {
        var scopes = grant.Scopes.IsDefaultOrEmpty || grant.Scopes.Contains(RightScope.All) ? [RightScope.All] : grant.Scopes;
        var parts = grant.Parts.IsDefaultOrEmpty || grant.Parts.Contains(RightPart.Any) ? [RightPart.Any] : grant.Parts.Distinct().ToImmutableArray();
        var own = existing.Where(each => each.Right.Principal == grant.Principal).ToList();
        var decision = new RightsDecision();
        var everywhere = scopes.Contains(RightScope.All);
        if (everywhere && !parts.Contains(RightPart.Any)) RefuseMixture(grant, own);
        var book = new OwnRights(own, nodes);
        // What holds everywhere is left alone whatever others have.
        if (parts.All(part => book.CoversEverywhere(part, grant.Window))) return decision;
        if (!everywhere) TakeFromOthers(grant, scopes, existing, now, decision);
        foreach (var scope in scopes)
        {
            foreach (var part in parts)
            {
                if (book.Covers(scope, part, grant.Window)) continue;
                var right = new Right
                {
                    Principal = grant.Principal, Scope = scope, Part = part, Window = grant.Window, GrantedBy = by, GrantedAt = now,
                };
                decision.Grant(book.Absorb(right, decision));
            }
        }

        return decision;
    }

    /// <summary>Decides on a revocation.</summary>
    /// <param name="revocation">What is revoked.</param>
    /// <param name="own">All rights of the one whose rights are revoked; none has ended.</param>
    /// <returns>The changes; none when there is nothing to revoke.</returns>
    /// <exception cref="ConfigurationException">A part of a wider right is to be revoked.</exception>
    public RightsDecision Revoke(RightsRevocation revocation, IReadOnlyCollection<StoredRight> own)
    {
        var decision = new RightsDecision();
        var everywhere = revocation.Scopes.IsDefaultOrEmpty || revocation.Scopes.Contains(RightScope.All);
        var concerned = own;
        if (!everywhere)
        {
            var asked = revocation.Scopes.ToHashSet();
            if (own.FirstOrDefault(each => IsWider(each.Right.Scope, asked)) is { } wider)
                throw Conflict(
                    $"{revocation.Principal} has a right on {Words(wider.Right.Scope)}, from which single nodes cannot be taken; revoke it as a whole, then grant what is to stay");
            concerned = [.. own.Where(each => asked.Contains(each.Right.Scope)
                || (each.Right.Scope.Node is { } node && nodes.ClusterOf(node) is { } cluster && asked.Contains(RightScope.OfCluster(cluster))))];
        }

        var parts = revocation.Parts.IsDefaultOrEmpty || revocation.Parts.Contains(RightPart.Any) ? null : revocation.Parts.ToHashSet();
        if (parts is not null && concerned.FirstOrDefault(static each => each.Right.Part.IsAny) is { } all)
            throw Conflict(
                $"{revocation.Principal} has a right on every device of {Words(all.Right.Scope)}, from which single devices cannot be taken; revoke it as a whole, then grant what is to stay");
        // Both at once: that device, on that node. Kadeploy 3 took a device of one of several from every node.
        foreach (var each in concerned.Where(each => parts is null || parts.Contains(each.Right.Part))) decision.Revoke(each, each.Right);
        return decision;
    }

    private bool IsWider(RightScope scope, HashSet<RightScope> asked) =>
        scope.IsAll || (scope.Cluster is { } cluster && !asked.Contains(scope) && asked.Any(one => one.Node is { } node && nodes.ClusterOf(node) == cluster));

    private static void RefuseMixture(RightsGrant grant, List<StoredRight> own)
    {
        var narrow = own.Where(each => !each.Right.Scope.IsAll && each.Right.Window.Overlaps(grant.Window)).Select(static each => each.Right.Scope).Distinct().ToList();
        if (narrow.Count > 0)
            throw Conflict(
                $"{grant.Principal} has rights on {RightsWording.Scopes(narrow)}, beside which there can be none for certain devices of all nodes; revoke these first, "
                + "or grant every device of all nodes");
    }

    private void TakeFromOthers(RightsGrant grant, ImmutableArray<RightScope> scopes, IReadOnlyCollection<StoredRight> existing, DateTimeOffset now, RightsDecision decision)
    {
        var touching = Touching(scopes)!;
        var others = existing.Where(each => each.Right.Principal != grant.Principal && touching.Contains(each.Right.Scope)
            && each.Right.Window.Overlaps(grant.Window) && policy.IsProtected(each.Right.Principal, grant.Principal)).ToList();
        if (others.Count > 0 && !grant.Overwrite)
            throw Conflict([.. others.GroupBy(static each => each.Right.Principal).OrderBy(static each => each.Key.Value, StringComparer.Ordinal)
                .Select(static each => $"{each.Key} has rights on {RightsWording.Scopes(each.Select(static one => one.Right.Scope))}, {each.First().Right.Window}")]);
        foreach (var each in others)
        {
            decision.Revoke(each, each.Right with { Window = each.Right.Window.Meet(grant.Window) });
            foreach (var rest in each.Right.Window.Without(grant.Window).Where(rest => !rest.HasEnded(now))) decision.Keep(each.Right with { Window = rest });
        }
    }

    private static string Words(RightScope scope) => scope.IsAll ? "all nodes" : scope.Cluster is { } cluster ? $"cluster {cluster}" : scope.Value;

    private static ConfigurationException Conflict(params ImmutableArray<string> problems) => new(FaultCodes.RightsConflict, problems);
}
