namespace Kadeploy.PowerShell.Bridge;

/// <summary>Does one of several things: when it cannot be done, that is an error which does not hold up the others.</summary>
internal static class OneOfSeveral
{
    /// <summary>Does it.</summary>
    /// <param name="streams">What to tell.</param>
    /// <param name="target">What it is about.</param>
    /// <param name="work">Does it.</param>
    /// <returns>Whether it was done.</returns>
    /// <exception cref="StoreException">The state cannot be used: nor could it be for the others.</exception>
    public static async Task<bool> TryAsync(ICmdletStreams streams, object target, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        catch (KadeployException failure) when (failure is not StoreException)
        {
            await streams.WriteErrorAsync(ErrorReport.Of(failure) with { Target = target }).ConfigureAwait(false);
            return false;
        }
    }
}
