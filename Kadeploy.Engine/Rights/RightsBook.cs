using System.Collections.Immutable;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Rights;

/// <summary>The rights of a store.</summary>
/// <param name="store">Where they are kept.</param>
/// <param name="audit">Where refusals are recorded.</param>
/// <param name="policy">Who is an administrator, and who is in which group.</param>
/// <param name="readNodes">Tells which node is in which cluster.</param>
/// <param name="time">The clock.</param>
internal sealed class RightsBook(IRightsStore store, IAuditLog audit, AccessPolicy policy, ReadNodeMap readNodes, TimeProvider time) : IRightsBook
{
    /// <summary>Occurs when nodes of running operations are to be stopped, with who took the right away; engines elsewhere learn of it from the store.</summary>
    public event Action<ImmutableArray<StoppedNode>, string>? Stopped;

    /// <inheritdoc/>
    public async Task<RightsChange> GrantAsync(RightsGrant grant, string user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grant);
        await RequireAdministratorAsync(user, $"grant rights to {grant.Principal}", cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var nodes = await readNodes(cancellationToken).ConfigureAwait(false);
        var algebra = new RightsAlgebra(policy, nodes);
        grant = GrantCheck.Complete(grant, policy, nodes, now);
        return await ChangeAsync(
            work =>
            {
                var existing = work.FindOf([grant.Principal]).ToDictionary(static each => each.Key);
                // What others have matters only where it may be in the way; nothing is when a right is for all nodes.
                if (!grant.Scopes.IsDefaultOrEmpty && algebra.Touching(grant.Scopes) is { } touching)
                    foreach (var each in work.FindOn(touching)) existing.TryAdd(each.Key, each);
                return algebra.Grant(grant, existing.Values, user, now);
            },
            user, now, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<RightsChange> RevokeAsync(RightsRevocation revocation, string user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        await RequireAdministratorAsync(user, $"revoke rights of {revocation.Principal}", cancellationToken).ConfigureAwait(false);
        var algebra = new RightsAlgebra(policy, await readNodes(cancellationToken).ConfigureAwait(false));
        return await ChangeAsync(
            work => algebra.Revoke(revocation, work.FindOf([revocation.Principal])), user, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<Right>> ListAsync(RightsFilter filter, string user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var now = time.GetUtcNow();
        if (await store.HasEndedRightsAsync(now, cancellationToken).ConfigureAwait(false))
            await store.ChangeRightsAsync(static _ => true, now, cancellationToken).ConfigureAwait(false);
        var own = policy.PrincipalsOf(user);
        if (!policy.IsAdministrator(user) && filter.Principal is { } asked && !own.Contains(asked))
            await RefuseAsync(user, $"list the rights of {asked}", cancellationToken).ConfigureAwait(false);
        IReadOnlyCollection<Principal>? principals = filter.Principal is { } one ? [one] : policy.IsAdministrator(user) ? null : own;
        var (_, rights) = await store.ReadRightsAsync(principals, -1, cancellationToken).ConfigureAwait(false);
        var nodes = await readNodes(cancellationToken).ConfigureAwait(false);
        var wanted = filter.Nodes.IsDefaultOrEmpty
            ? null
            : filter.Nodes.SelectMany(node => nodes.ClusterOf(node) is { } cluster ? new[] { RightScope.Of(node), RightScope.OfCluster(cluster) } : [RightScope.Of(node)])
                .Append(RightScope.All).ToHashSet();
        var chosen = rights!.Value.Where(right => !right.Window.HasEnded(now) && (wanted is null || wanted.Contains(right.Scope))).ToList();
        var places = NodeSet.From(chosen.Select(static right => right.Scope.Node).OfType<NodeName>()).Index().ToDictionary(static each => each.Item, static each => each.Index);
        return
        [
            .. chosen.OrderBy(static right => right.Principal.Value, StringComparer.Ordinal)
                .ThenBy(right => right.Scope.Node is { } node ? places[node] : -1).ThenBy(static right => right.Scope.Value, StringComparer.Ordinal)
                .ThenBy(static right => right.Part.Value, StringComparer.Ordinal).ThenBy(static right => right.Window.From),
        ];
    }

    /// <inheritdoc/>
    public async Task<RightsVerdict> TestAsync(RightsQuestion question, string user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.User != user) await RequireAdministratorAsync(user, $"ask for the rights of {question.User}", cancellationToken).ConfigureAwait(false);
        if (policy.Mode == RightsMode.Open) return new(true, "nobody needs rights here: server.rights is open", []);
        if (policy.IsAdministrator(question.User)) return new(true, $"{question.User} is an administrator", []);
        var (_, rights) = await store.ReadRightsAsync(policy.PrincipalsOf(question.User), -1, cancellationToken).ConfigureAwait(false);
        var reading = new RightsReading(rights!.Value);
        var nodes = await readNodes(cancellationToken).ConfigureAwait(false);
        var at = question.At ?? time.GetUtcNow();
        var missing = question.Nodes.Select(node => reading.FindMissing(node, nodes.ClusterOf(node), question.Parts.IsDefault ? [] : question.Parts, at))
            .OfType<MissingRight>().ToImmutableArray();
        return missing.IsEmpty
            ? new(true, $"{question.User} has a right on {RightsWording.Scopes(question.Nodes.Select(RightScope.Of))}", [])
            : new(false, RightsWording.Missing(missing), missing);
    }

    private async Task<RightsChange> ChangeAsync(
        Func<IRightsTransaction, RightsDecision> decide, string user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Change(new RehearsedChange());
        var change = await store.ChangeRightsAsync(Change, now, cancellationToken).ConfigureAwait(false);
        if (change.Stopped.Length > 0) Stopped?.Invoke(change.Stopped, user);
        return change;

        RightsChange Change(IRightsTransaction work)
        {
            var decision = decide(work);
            work.Apply(decision.Removed, decision.Added);
            var stopped = FindStopped(work, decision.Revoked, now);
            work.Stop(stopped, user);
            work.Note(
            [
                .. RightsWording.Notes(AuditAction.Revoked, user, decision.Revoked),
                .. stopped.GroupBy(static each => (each.Operation, each.User)).Select(group => new AuditNote(
                    user, AuditAction.Revoked, $"{group.Key.User} has no right left on nodes of a running operation, which are stopped",
                    NodeSet.From(group.Select(static each => each.Node)).Fold(), group.Key.Operation)),
                .. RightsWording.Notes(AuditAction.Granted, user, decision.Granted),
            ]);
            return new([.. decision.Granted], [.. decision.Revoked], stopped);
        }
    }

    /// <summary>Finds the nodes of running operations on which those who have lost something have nothing left.</summary>
    private ImmutableArray<StoppedNode> FindStopped(IRightsTransaction work, IReadOnlyCollection<Right> lost, DateTimeOffset now)
    {
        if (lost.Count == 0 || policy.Mode == RightsMode.Open) return [];
        var users = lost.Select(static right => right.Principal).Distinct().SelectMany(principal => policy.MembersOf(principal) ?? new HashSet<Principal>())
            .Where(member => !policy.IsAdministrator(member.Value)).ToHashSet();
        if (users.Count == 0) return [];
        var losses = new RightsReading(lost);
        var left = new Dictionary<string, RightsReading>();
        return
        [
            .. work.RunningNodes(users).Where(each => losses.On(each.Running.Node, each.Cluster).Any(right => policy.PrincipalsOf(each.Running.User).Contains(right.Principal))
                && !Left(each.Running.User).HasAny(each.Running.Node, each.Cluster, now)).Select(static each => each.Running),
        ];

        RightsReading Left(string user)
        {
            if (!left.TryGetValue(user, out var reading))
                left.Add(user, reading = new(work.FindOf(policy.PrincipalsOf(user)).Select(static each => each.Right)));
            return reading;
        }
    }

    private Task RequireAdministratorAsync(string user, string what, CancellationToken cancellationToken) =>
        policy.IsAdministrator(user) ? Task.CompletedTask : RefuseAsync(user, what, cancellationToken);

    private async Task RefuseAsync(string user, string what, CancellationToken cancellationToken)
    {
        await audit.AppendAsync([new(user, AuditAction.Refused, $"may not {what}")], cancellationToken).ConfigureAwait(false);
        throw new NotAllowedException($"{user} may not {what}; only administrators may");
    }
}

/// <summary>Tells which node is in which cluster at this moment.</summary>
/// <param name="cancellationToken">Ends the reading.</param>
/// <returns>The map.</returns>
internal delegate Task<NodeMap> ReadNodeMap(CancellationToken cancellationToken);
