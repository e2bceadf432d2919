using System.Collections.Immutable;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Rights;

/// <summary>Enforces the rights that are in the store.</summary>
/// <remarks>Each question is answered by what the store holds when it is asked: what was read before is used again only if nothing was changed since.</remarks>
/// <param name="store">The rights.</param>
/// <param name="audit">Where refusals are recorded.</param>
/// <param name="policy">Who needs rights.</param>
/// <param name="time">The clock.</param>
internal sealed class RightsCheck(IRightsStore store, IAuditLog audit, AccessPolicy policy, TimeProvider time) : IRightsCheck
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Revision, RightsReading Reading)> _readings = [];

    /// <inheritdoc/>
    public async Task RequireAsync(RightsDemand demand, CancellationToken cancellationToken)
    {
        if (IsExempt(demand.User)) return;
        var reading = await ReadAsync(demand.User, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var missing = demand.Nodes.Select(each => reading.FindMissing(each.Node.Name, each.Node.Cluster, each.Parts, now)).OfType<MissingRight>().ToImmutableArray();
        if (missing.IsEmpty) return;
        var nodes = NodeSet.From(missing.Select(static each => each.Node)).Fold();
        await audit.AppendAsync(
            [new(demand.User, AuditAction.Refused, $"may not {demand.What} nodes: {RightsWording.Missing(missing)}", nodes)], cancellationToken).ConfigureAwait(false);
        throw new NotAllowedException(string.Join(
            Environment.NewLine,
            [
                $"{demand.User} may not {demand.What} {(missing.Length == demand.Nodes.Length ? "these nodes" : $"{missing.Length} of these {demand.Nodes.Length} nodes")}; nothing was touched:",
                .. RightsWording.MissingLines(missing).Select(static line => $"  - {line}"),
            ])) { Missing = missing };
    }

    /// <inheritdoc/>
    public async Task<MissingRight?> FindMissingAsync(string user, Node node, ImmutableArray<RightPart> parts, CancellationToken cancellationToken)
    {
        if (IsExempt(user)) return null;
        var reading = await ReadAsync(user, cancellationToken).ConfigureAwait(false);
        return reading.FindMissing(node.Name, node.Cluster, parts, time.GetUtcNow());
    }

    /// <inheritdoc/>
    public Task RecordAsync(string user, OperationId operation, IReadOnlyCollection<MissingRight> missing, CancellationToken cancellationToken) => audit.AppendAsync(
        [
            new(user, AuditAction.Refused, $"stopped on nodes: {RightsWording.Missing(missing)}", NodeSet.From(missing.Select(static each => each.Node)).Fold(), operation),
        ],
        cancellationToken);

    private bool IsExempt(string user) => policy.Mode == Configuration.RightsMode.Open || policy.IsAdministrator(user);

    private async Task<RightsReading> ReadAsync(string user, CancellationToken cancellationToken)
    {
        (long Revision, RightsReading Reading) known;
        lock (_gate)
            if (!_readings.TryGetValue(user, out known)) known = (-1, null!);
        var (revision, rights) = await store.ReadRightsAsync(policy.PrincipalsOf(user), known.Revision, cancellationToken).ConfigureAwait(false);
        if (rights is not { } changed) return known.Reading;
        var reading = new RightsReading(changed);
        lock (_gate) _readings[user] = (revision, reading);
        return reading;
    }
}
