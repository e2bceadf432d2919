using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Rights;

namespace Kadeploy.Engine;

/// <summary>What all who deal with operations have in common.</summary>
internal static class Operations
{
    /// <summary>Describes an operation that has just been planned.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The operation, running, no node ended.</returns>
    public static Operation Of(OperationPlan plan) => new()
    {
        Id = plan.Operation,
        Kind = plan.Kind,
        User = plan.User,
        Environment = plan.EnvironmentText,
        Nodes = plan.NodeCount,
        Simulated = plan.Simulation is not null,
        State = OperationState.Running,
        PlannedAt = plan.PlannedAt,
    };

    /// <summary>Records that a user wants an operation cancelled.</summary>
    /// <param name="store">The store.</param>
    /// <param name="policy">Who may cancel everybody's operations.</param>
    /// <param name="audit">Where a refusal is recorded; null for nowhere.</param>
    /// <param name="id">The operation.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the request is recorded.</returns>
    /// <exception cref="ConfigurationException">There is no such operation, or it has ended.</exception>
    /// <exception cref="NotAllowedException">The operation is another user's.</exception>
    public static async Task RequestCancelAsync(
        IStore store, AccessPolicy policy, IAuditLog? audit, OperationId id, string user, CancellationToken cancellationToken)
    {
        var operation = await store.FindOperationAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new ConfigurationException($"there is no operation {id}; 'kadeploy operations' lists them");
        if (operation.User != user && !policy.IsAdministrator(user))
        {
            if (audit is not null)
                await audit.AppendAsync([new(user, AuditAction.Refused, $"may not cancel an operation of {operation.User}", "", id)], cancellationToken).ConfigureAwait(false);
            throw new NotAllowedException($"operation {id} belongs to {operation.User}; only {operation.User} and administrators may cancel it");
        }

        if (!await store.RequestCancelAsync(id, user, cancellationToken).ConfigureAwait(false))
            throw new ConfigurationException($"operation {id} has ended already");
    }
}
