using System.Collections.Immutable;

namespace Kadeploy.Engine.Rights;

/// <summary>Enforces rights: the one place that plans of reboots, power operations and consoles ask, before a node is touched.</summary>
internal interface IRightsCheck
{
    /// <summary>Refuses what a user has no right to do, before anything is asked or recorded.</summary>
    /// <param name="demand">What is to be done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is allowed.</returns>
    /// <exception cref="NotAllowedException">Something is missing on some node; all of it is listed.</exception>
    Task RequireAsync(RightsDemand demand, CancellationToken cancellationToken);
}

/// <summary>What an operation needs rights for.</summary>
/// <param name="User">Who asks.</param>
/// <param name="What">What is to be done, as in "may not …".</param>
/// <param name="Nodes">The nodes.</param>
internal sealed record RightsDemand(string User, string What, ImmutableArray<Node> Nodes)
{
    /// <summary>Gathers what an operation needs that is not planned yet.</summary>
    /// <param name="request">The request.</param>
    /// <param name="nodes">The nodes that exist; those that do not need no right, and are refused by the planner.</param>
    /// <returns>The demand.</returns>
    public static RightsDemand Of(OperationRequest request, IEnumerable<Node> nodes)
    {
        var asked = request.Nodes.ToHashSet();
        return new(request.User, WordOf(request.Kind), [.. nodes.Where(node => asked.Contains(node.Name))]);
    }

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
}
