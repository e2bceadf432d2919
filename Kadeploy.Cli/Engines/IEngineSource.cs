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

    /// <summary>Opens what the site keeps beside its operations, without starting an engine.</summary>
    /// <param name="options">The state directory, and as much of the configuration as is known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The catalogs; dispose them.</returns>
    Task<ICatalogSession> OpenCatalogsAsync(EngineOptions options, CancellationToken cancellationToken);
}

/// <summary>Open catalogs; <see cref="CatalogHost"/> documents the member.</summary>
internal interface ICatalogSession : IAsyncDisposable
{
    ICatalogs Catalogs { get; }
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
