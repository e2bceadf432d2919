using System.Collections.Immutable;
using Kadeploy.Engine.Rights;

namespace Kadeploy.Engine.Workflow;

/// <summary>Asks for the rights of an operation's user while the operation runs.</summary>
/// <remarks>Runs on the engine's loop.</remarks>
/// <param name="operation">The operation.</param>
/// <param name="rights">What is asked.</param>
internal sealed class RightsGate(OperationRun operation, IRightsCheck rights)
{
    private readonly Dictionary<string, ImmutableArray<RightPart>> _parts = [];
    private List<MissingRight> _missing = [];

    /// <summary>Gets a value indicating whether nothing need be asked.</summary>
    public bool IsOpen => rights is OpenRights;

    /// <summary>Finds what is missing on a node; virtual time stands still meanwhile.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <returns>Why the node has to be stopped; null when it may go on.</returns>
    /// <exception cref="StoreException">Rights cannot be read.</exception>
    public async Task<RightLoss?> FindLossAsync(Node node, Cluster cluster)
    {
        if (!_parts.TryGetValue(cluster.Name, out var parts)) _parts.Add(cluster.Name, parts = RightsDemand.PartsOf(operation.Plan, cluster));
        var user = operation.Plan.User;
        var missing = await operation.Services.Loop.HoldTimeAsync(rights.FindMissingAsync(user, node, parts, operation.Stopping));
        if (missing is null) return null;
        if (_missing.Count == 0) operation.Services.Loop.Post(_ => operation.Own(RecordAsync()), null);
        _missing.Add(missing);
        return new RightLoss.Missing(user, missing);
    }

    /// <summary>Records all that was found missing in one turn of the loop at once.</summary>
    private async Task RecordAsync()
    {
        var missing = _missing;
        _missing = [];
        try
        {
            await rights.RecordAsync(operation.Plan.User, operation.Id, missing, CancellationToken.None);
        }
        catch (KadeployException)
        {
            // The nodes' own events say it too; a store that cannot be written to stops the engine by those.
        }
    }
}
