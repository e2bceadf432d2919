using System.Runtime.CompilerServices;
using Kadeploy.Engine.Rights;

namespace Kadeploy.Engine.Audit;

/// <summary>Reads and checks the audit trail of a store.</summary>
/// <param name="store">The store.</param>
/// <param name="policy">Who is an administrator.</param>
internal sealed class AuditTrail(IAuditStore store, AccessPolicy policy) : IAuditTrail
{
    private const int MostProblems = 20;

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(
        AuditQuery query, string user, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!policy.IsAdministrator(user))
        {
            if (query.User is not null && query.User != user)
                await RefuseAsync(user, "read what others did in the audit trail", cancellationToken).ConfigureAwait(false);
            query = query with { User = user };
        }

        var fitting = store.ReadAuditAsync(1, long.MaxValue, cancellationToken).Where(entry => Fits(entry, query));
        if (query.Last is { } last) fitting = LatestAsync(fitting, last);
        await foreach (var entry in fitting.ConfigureAwait(false)) yield return entry;
    }

    /// <inheritdoc/>
    public async Task<AuditVerification> VerifyAsync(AuditMark? noted, string user, CancellationToken cancellationToken)
    {
        if (!policy.IsAdministrator(user)) await RefuseAsync(user, "check the audit trail", cancellationToken).ConfigureAwait(false);
        var problems = new List<string>();
        if (!await store.RefusesChangesAsync(cancellationToken).ConfigureAwait(false))
            problems.Add("the database no longer refuses to change or delete entries: the triggers that did are gone");
        var chain = new ChainCheck(problems, noted);
        await foreach (var entry in store.ReadAuditAsync(long.MinValue, long.MaxValue, cancellationToken).ConfigureAwait(false)) chain.Add(entry);
        var head = await store.ReadHeadAsync(cancellationToken).ConfigureAwait(false);
        // What others have appended since.
        await foreach (var entry in store.ReadAuditAsync(chain.Number + 1, head.Number, cancellationToken).ConfigureAwait(false)) chain.Add(entry);
        chain.End(head);
        return new(chain.Number, chain.Number == 0 ? "" : chain.Hash, [.. problems.Take(MostProblems)]);
    }

    private static bool Fits(AuditEntry entry, AuditQuery query) =>
        (query.User is null || entry.User == query.User)
        && (query.Actions.IsDefaultOrEmpty || query.Actions.Contains(entry.Action))
        && (query.Operation is null || entry.Operation == query.Operation)
        && !(entry.At < query.From) && !(entry.At >= query.Until)
        && (query.Node is not { } node || Names(entry.Nodes, node));

    private static bool Names(string nodes, NodeName node)
    {
        if (nodes.Length == 0) return false;
        try
        {
            return RightScope.ParseList(nodes).Any(scope => scope.IsAll || scope.Node == node);
        }
        catch (FormatException)
        {
            return false; // tampered with; the check says so
        }
    }

    private static async IAsyncEnumerable<AuditEntry> LatestAsync(IAsyncEnumerable<AuditEntry> entries, int count)
    {
        var latest = new Queue<AuditEntry>();
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            latest.Enqueue(entry);
            if (latest.Count > count) latest.Dequeue();
        }

        foreach (var entry in latest) yield return entry;
    }

    private async Task RefuseAsync(string user, string what, CancellationToken cancellationToken)
    {
        await store.AppendAsync([new(user, AuditAction.Refused, $"may not {what}")], cancellationToken).ConfigureAwait(false);
        throw new NotAllowedException($"{user} may not {what}; only administrators may");
    }
}
