namespace Kadeploy.Engine.Audit;

/// <summary>Records what users are refused.</summary>
internal static class Refusals
{
    /// <summary>Does something, and records when it is refused.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="audit">Where it is recorded.</param>
    /// <param name="work">What is done.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="what">What the user may not do then, as it goes on after "may not".</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the work gives.</returns>
    /// <exception cref="NotAllowedException">It was refused.</exception>
    public static async Task<T> NotedAsync<T>(this IAuditLog audit, Func<Task<T>> work, string user, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NotAllowedException)
        {
            await audit.AppendAsync([new(user, AuditAction.Refused, $"may not {what}")], cancellationToken).ConfigureAwait(false);
            throw;
        }
    }
}
