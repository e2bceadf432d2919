using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Sessions;

/// <summary>Opens sessions whose engines run in this process.</summary>
public sealed class LocalSessions : ISessionFactory
{
    private readonly SharedEngines _engines = new();

    /// <inheritdoc/>
    public ImmutableArray<OperationId> Running => _engines.Running;

    /// <inheritdoc/>
    public ISession Open(KaSession settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new LocalSession(Complete(settings), _engines);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engines.DisposeAsync();

    /// <inheritdoc/>
    public KaSession Complete(KaSession settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.SimulationSpeed is not (null or (> 0 and <= KaSession.MaximumSimulationSpeed)))
            throw new ConfigurationException($"the speed of a simulation is above 0 and at most {KaSession.MaximumSimulationSpeed:N0}, not {settings.SimulationSpeed}");
        return settings with
        {
            StateDirectory = settings.StateDirectory ?? StateDirectory.Default,
            Configuration = settings.Configuration
                ?? (Environment.GetEnvironmentVariable(SiteReader.Variable) is { Length: > 0 } named ? Path.GetFullPath(named) : SiteReader.DefaultPath),
        };
    }
}
