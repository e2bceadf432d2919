using System.Collections.Immutable;

namespace Kadeploy.Engine.Rights;

/// <summary>Enforces rights: what every kind of operation asks before it touches a node.</summary>
/// <remarks>Safe for use by many callers. Exceptions of all: <see cref="StoreException"/>.</remarks>
internal interface IRightsCheck
{
    /// <summary>Refuses what a user has no right to do, before anything is touched; the refusal is recorded.</summary>
    /// <param name="demand">What is to be done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is allowed.</returns>
    /// <exception cref="NotAllowedException">Something is missing on some node; all of it is listed.</exception>
    Task RequireAsync(RightsDemand demand, CancellationToken cancellationToken);

    /// <summary>Finds what is missing on one node now, while an operation runs.</summary>
    /// <param name="user">The operation's user.</param>
    /// <param name="node">The node.</param>
    /// <param name="parts">The devices that are written; empty when any right will do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is missing; null when nothing is.</returns>
    Task<MissingRight?> FindMissingAsync(string user, Node node, ImmutableArray<RightPart> parts, CancellationToken cancellationToken);

    /// <summary>Records that nodes of a running operation were stopped for lack of a right.</summary>
    /// <param name="user">The operation's user.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="missing">What was missing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is on disk.</returns>
    Task RecordAsync(string user, OperationId operation, IReadOnlyCollection<MissingRight> missing, CancellationToken cancellationToken);
}

/// <summary>What an operation needs rights for.</summary>
/// <param name="User">Who asks.</param>
/// <param name="What">What is to be done, as in "may not …": <c>deploy</c>, <c>reboot</c>, <c>switch</c>, <c>see the console of</c>.</param>
/// <param name="Nodes">The nodes, and the devices that are written on each; none for what writes no disk.</param>
internal sealed record RightsDemand(string User, string What, ImmutableArray<(Node Node, ImmutableArray<RightPart> Parts)> Nodes)
{
    /// <summary>Gathers what a planned operation needs.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The demand.</returns>
    public static RightsDemand Of(OperationPlan plan) => new(
        plan.User, WordOf(plan.Kind), [.. plan.Clusters.SelectMany(part => part.Nodes.Select(node => (node, PartsOf(plan, part.Cluster))))]);

    /// <summary>Gathers what an operation needs that is not planned yet and writes no disk.</summary>
    /// <param name="request">The request.</param>
    /// <param name="nodes">The nodes that exist; those that do not need no right, and are refused by the planner.</param>
    /// <returns>The demand.</returns>
    public static RightsDemand Of(OperationRequest request, IEnumerable<Node> nodes)
    {
        var asked = request.Nodes.ToHashSet();
        return new(request.User, WordOf(request.Kind), [.. nodes.Where(node => asked.Contains(node.Name)).Select(static node => (node, ImmutableArray<RightPart>.Empty))]);
    }

    /// <summary>Gathers what a deployment needs that is not planned yet.</summary>
    /// <param name="request">The request.</param>
    /// <param name="nodes">The nodes that exist; those that do not need no right, and are refused by the planner.</param>
    /// <param name="clusters">The clusters that exist.</param>
    /// <returns>The demand.</returns>
    public static RightsDemand Of(DeploymentRequest request, IEnumerable<Node> nodes, IEnumerable<Cluster> clusters)
    {
        var asked = request.Nodes.ToHashSet();
        var parts = clusters.ToDictionary(static cluster => cluster.Name, cluster => DeploymentParts.Of(request, cluster));
        return new(request.User, WordOf(OperationKind.Deployment), [.. nodes.Where(node => asked.Contains(node.Name)).Select(node => (node, parts.GetValueOrDefault(node.Cluster, [])))]);
    }

    /// <summary>Says what a planned operation writes on the nodes of a cluster.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The devices; empty when any right will do.</returns>
    public static ImmutableArray<RightPart> PartsOf(OperationPlan plan, Cluster cluster) =>
        plan.Request is DeploymentRequest deployment ? DeploymentParts.Of(deployment, cluster) : [];

    private static string WordOf(OperationKind kind) => kind switch
    {
        OperationKind.Deployment => "deploy",
        OperationKind.Reboot => "reboot",
        OperationKind.Power => "switch",
        OperationKind.Console => "use the console of",
        _ => "work on",
    };
}

/// <summary>Lets everybody do everything: simulations, and sites without rights.</summary>
internal sealed class OpenRights : IRightsCheck
{
    /// <summary>Gets the only one.</summary>
    public static OpenRights Instance { get; } = new();

    /// <inheritdoc/>
    public Task RequireAsync(RightsDemand demand, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<MissingRight?> FindMissingAsync(string user, Node node, ImmutableArray<RightPart> parts, CancellationToken cancellationToken) =>
        Task.FromResult<MissingRight?>(null);

    /// <inheritdoc/>
    public Task RecordAsync(string user, OperationId operation, IReadOnlyCollection<MissingRight> missing, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
