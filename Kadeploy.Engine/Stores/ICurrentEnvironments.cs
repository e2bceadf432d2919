namespace Kadeploy.Engine.Stores;

/// <summary>Knows what was put on nodes last.</summary>
internal interface ICurrentEnvironments
{
    /// <summary>Finds the environments of nodes: those of the last deployment that touched each, however it ended, or of the last reboot into a recorded one.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="simulated">Whether nodes are simulated.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environment of each node that has one, with the operation that put it there.</returns>
    /// <exception cref="StoreException">The state cannot be read.</exception>
    Task<IReadOnlyDictionary<NodeName, CurrentEnvironment>> FindEnvironmentsAsync(
        IReadOnlyCollection<NodeName> nodes, bool simulated, CancellationToken cancellationToken);
}

/// <summary>What was put on a node.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Operation">By which operation.</param>
/// <param name="User">By whom.</param>
internal sealed record CurrentEnvironment(KaEnvironment Environment, OperationId Operation, string User);
