using Kadeploy.Engine;

namespace Kadeploy.Cli.Engines;

/// <summary>Engines in this process.</summary>
internal sealed class HostedEngines : IEngineSource
{
    public async Task<IEngineSession> OpenAsync(EngineOptions options, CancellationToken cancellationToken) =>
        new Session(await EngineHost.OpenAsync(options, cancellationToken));

    public Task<IOperationReader> OpenReadOnlyAsync(string stateDirectory, CancellationToken cancellationToken) =>
        EngineHost.OpenReadOnlyAsync(stateDirectory, cancellationToken);

    public Task<CatalogHost> OpenCatalogsAsync(EngineOptions options, CancellationToken cancellationToken) =>
        EngineHost.OpenCatalogsAsync(options, cancellationToken);

    private sealed class Session(EngineHost host) : IEngineSession
    {
        public IDeploymentEngine Engine => host.Engine;

        public TimeProvider Time => host.Time;

        public Task<OperationPlan> PlanSimulationAsync(
            SimulationOptions simulation, int nodes, string user, string? forceSteps, string? breakpoint, CancellationToken cancellationToken) =>
            host.PlanSimulationAsync(simulation, nodes, user, forceSteps, breakpoint, cancellationToken);

        public SimulationForecast Forecast(OperationPlan plan) => EngineHost.Forecast(plan);

        public Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) => host.FindPlanAsync(id, cancellationToken);

        public Task SuspendAsync(CancellationToken cancellationToken) => host.SuspendAsync(cancellationToken);

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
