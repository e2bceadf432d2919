using System.Collections.Immutable;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Environments;

/// <summary>Knows where environments are in use, so that they are not deleted there.</summary>
internal interface IEnvironmentUse
{
    /// <summary>Says what uses an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What uses it, in words for users, such as <c>operation D-… of ada</c>.</returns>
    Task<ImmutableArray<string>> FindAsync(KaEnvironment environment, CancellationToken cancellationToken);
}

/// <summary>Environments that operations deploy or boot now.</summary>
/// <param name="store">Knows the operations.</param>
internal sealed class UnfinishedOperations(IEnvironmentStore store) : IEnvironmentUse
{
    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> FindAsync(KaEnvironment environment, CancellationToken cancellationToken)
    {
        var plans = await store.ReadUnfinishedPlansAsync(cancellationToken).ConfigureAwait(false);
        // One that is described in a file may have the same name; it is another one.
        return
        [
            .. plans.Where(plan => RequestedEnvironment.Of(plan.Request) is { Revision: > 0 } used
                    && (used.Name, used.Version, used.User) == (environment.Name, environment.Version, environment.User))
                .Select(static plan => $"operation {plan.Operation} of {plan.User}"),
        ];
    }
}
