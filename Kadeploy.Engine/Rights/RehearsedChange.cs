using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Rights;

/// <summary>A transaction on a store without rights, which changes nothing.</summary>
/// <remarks>What runs for the first time in a process is compiled, which takes much longer than the work itself. It is done once on this, so that nobody else
/// waits for the compiler while the real transaction holds the store's lock.</remarks>
internal sealed class RehearsedChange : IRightsTransaction
{
    /// <inheritdoc/>
    public IReadOnlyList<StoredRight> FindOf(IEnumerable<Principal> principals) => [];

    /// <inheritdoc/>
    public IReadOnlyList<StoredRight> FindOn(IEnumerable<RightScope> scopes) => [];

    /// <inheritdoc/>
    public void Apply(IEnumerable<long> removed, IEnumerable<Right> added)
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<(StoppedNode Running, string Cluster)> RunningNodes(IReadOnlySet<Principal> users) => [];

    /// <inheritdoc/>
    public void Stop(IEnumerable<StoppedNode> nodes, string by)
    {
    }

    /// <inheritdoc/>
    public void Note(IEnumerable<AuditNote> notes)
    {
        foreach (var note in notes)
            AuditChain.Hash(AuditChain.Beginning, new() { Number = 0, At = default, User = note.User, Action = note.Action, What = note.What, Program = "", Hash = "" });
    }
}
