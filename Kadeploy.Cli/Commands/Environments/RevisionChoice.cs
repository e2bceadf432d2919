namespace Kadeploy.Cli.Commands.Environments;

/// <summary>Finds a state in the history of an environment.</summary>
internal static class RevisionChoice
{
    /// <summary>Finds it.</summary>
    /// <param name="environments">The catalogue.</param>
    /// <param name="selection">The environment.</param>
    /// <param name="number">The state's number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state.</returns>
    /// <exception cref="ConfigurationException">There is no such state.</exception>
    public static async Task<EnvironmentRevision> FindAsync(
        IEnvironmentCatalog environments, EnvironmentSelection selection, int number, CancellationToken cancellationToken)
    {
        var history = await environments.HistoryAsync(selection, CommandContext.User, cancellationToken);
        return history.FirstOrDefault(each => each.Environment.Revision == number)
            ?? throw new ConfigurationException($"{selection} has no revision {number}; it has 1 to {history[^1].Environment.Revision}");
    }
}
