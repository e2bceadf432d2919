namespace Kadeploy.PowerShell.Environments;

/// <summary>Finds the one environment that is meant: in the catalogue, at a place, or at hand.</summary>
/// <param name="session">The session.</param>
internal sealed class EnvironmentLookup(ISession session)
{
    /// <summary>Finds it.</summary>
    /// <param name="environment">A name, the full path or address of a description, or a <see cref="KaEnvironment"/>.</param>
    /// <param name="isPlace">Whether a text is a place, and not a name.</param>
    /// <param name="version">The version of a name; null for the highest.</param>
    /// <param name="owner">The owner of a name; null for the user, else whose is public.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environment. In the catalogue it is there, whatever nodes are simulated.</returns>
    public async Task<KaEnvironment> FindAsync(object environment, bool isPlace, int? version, string? owner, CancellationToken cancellationToken) => environment switch
    {
        KaEnvironment or string when (environment is KaEnvironment || isPlace) && (version is not null || owner is not null) => throw new ConfigurationException(Strings.VersionNeedsName),
        KaEnvironment known => known,
        string place when isPlace => await session.ReadEnvironmentAsync(place, cancellationToken).ConfigureAwait(false),
        _ => (await FindRecordedAsync(new() { Name = (string)environment, Version = version, Owner = owner }, cancellationToken).ConfigureAwait(false)).Environment,
    };

    /// <summary>Finds it in the catalogue.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environment.</returns>
    public async Task<RecordedEnvironment> FindRecordedAsync(EnvironmentSelection selection, CancellationToken cancellationToken)
    {
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        return await catalog.FindAsync(selection, session.User, cancellationToken).ConfigureAwait(false);
    }
}
