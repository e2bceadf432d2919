namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes names of nodes: those of the configuration, and those of recent operations.</summary>
public sealed class NodeCompleter : KaCompleter
{
    private const int RecentOperations = 5;

    private protected override string What => "nodes";

    private protected override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        var words = new Dictionary<NodeName, Completion>();
        try
        {
            foreach (var node in await session.ListNodesAsync(cancellationToken).ConfigureAwait(false))
                words.TryAdd(node.Name, new(node.Name.Value, $"node {node.Name} of cluster {node.Cluster}"));
        }
        catch (ConfigurationException)
        {
            // Without a configuration there are still those that were deployed.
        }

        foreach (var operation in await session.Operations.ListOperationsAsync(RecentOperations, cancellationToken).ConfigureAwait(false))
        {
            if (operation.Simulated != (session.Settings.Simulation is not null)) continue;
            if (await session.FindPlanAsync(operation.Id, cancellationToken).ConfigureAwait(false) is not { } plan) continue;
            foreach (var node in plan.Clusters.SelectMany(static part => part.Nodes))
                words.TryAdd(node.Name, new(node.Name.Value, $"node {node.Name} of {operation.Id}"));
        }

        return [.. NodeSet.From(words.Keys).Names.Select(name => words[name])];
    }
}
