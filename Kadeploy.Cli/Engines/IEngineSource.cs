using Kadeploy.Engine;

namespace Kadeploy.Cli.Engines;

/// <summary>Where commands get engines from.</summary>
internal interface IEngineSource
{
    /// <summary>Starts an engine.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The engine; dispose it.</returns>
    Task<IEngineSession> OpenAsync(EngineOptions options, CancellationToken cancellationToken);

    /// <summary>Opens a state directory without starting an engine.</summary>
    /// <param name="stateDirectory">The directory.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reader; dispose it.</returns>
    Task<IOperationReader> OpenReadOnlyAsync(string stateDirectory, CancellationToken cancellationToken);

    /// <summary>Opens the catalogues of a state directory without starting an engine.</summary>
    /// <param name="options">Where it is, who administrators are, and where files may come from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The catalogues; dispose them.</returns>
    Task<CatalogHost> OpenCatalogsAsync(EngineOptions options, CancellationToken cancellationToken);
}

/// <summary>A running engine, as far as commands use it; <see cref="EngineHost"/> documents the members.</summary>
internal interface IEngineSession : IAsyncDisposable
{
    IDeploymentEngine Engine { get; }

    TimeProvider Time { get; }

    Task<OperationPlan> PlanSimulationAsync(
        SimulationOptions simulation, int nodes, string user, string? forceSteps, string? breakpoint, CancellationToken cancellationToken);

    SimulationForecast Forecast(OperationPlan plan);

    Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken);

    Task SuspendAsync(CancellationToken cancellationToken);
}
