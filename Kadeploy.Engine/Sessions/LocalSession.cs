using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.MacroSteps;

namespace Kadeploy.Engine.Sessions;

/// <summary>A session of engines in this process.</summary>
/// <param name="settings">What it works with; nothing in it that has a default is null.</param>
/// <param name="engines">The engines of this process.</param>
internal sealed class LocalSession(KaSession settings, SharedEngines engines) : ISession
{
    private readonly LocalEngine _engine = new(settings, engines);

    public KaSession Settings => settings;

    public string User => Environment.UserName;

    public IDeploymentEngine Engine => _engine;

    public async Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken) =>
        await _engine.ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader
            ? await reader.FindOperationAsync(id, cancellationToken).ConfigureAwait(false)
            : null;

    public async Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) =>
        await _engine.ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader
            ? await reader.FindPlanAsync(id, cancellationToken).ConfigureAwait(false)
            : null;

    public async Task<bool> IsRunAsync(OperationId id, CancellationToken cancellationToken) =>
        engines.Runs(id)
        || (await _engine.ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader && await reader.IsRunAsync(id, cancellationToken).ConfigureAwait(false));

    public Task<KaEnvironment> FindEnvironmentAsync(string name, CancellationToken cancellationToken) => settings.Simulation is not null
        ? Task.FromResult(SimulationNodes.Environment with { Name = name, User = User })
        : throw new ConfigurationException($"there is no catalogue in which environment '{Quoted.Text(name)}' could be found: name the file of its description");

    public async Task<KaEnvironment> ReadEnvironmentAsync(string source, CancellationToken cancellationToken) =>
        EnvironmentReader.Read(await TextSource.ReadAsync("description", source, cancellationToken).ConfigureAwait(false), source, User);

    public async Task<ImmutableArray<CustomOperation>> ReadCustomOperationsAsync(string source, CancellationToken cancellationToken) =>
        CustomStepsReader.Read(await TextSource.ReadAsync("file of custom steps", source, cancellationToken).ConfigureAwait(false), source);

    public Task<string> ReadKeysAsync(string source, CancellationToken cancellationToken) =>
        TextSource.ReadAsync("list of public keys", source, cancellationToken);

    public Task<ImmutableArray<Node>> ListNodesAsync(CancellationToken cancellationToken) => Task.FromResult(
        settings.Simulation is not null ? ImmutableArray<Node>.Empty : [.. LocalSite.Read(settings).Nodes]);

    public ImmutableArray<KnownInstance> ListInstances() =>
        [.. InstanceCatalog.All.Select(static each => new KnownInstance(each.MacroStep, each.Name, [.. each.MicroSteps.Select(static step => step.Name)]))];

    public IAsyncEnumerable<PlanCheck> CheckAsync(OperationPlan plan, CancellationToken cancellationToken) => new PlanChecks(this, plan).RunAsync(cancellationToken);

    public TimeSpan? Forecast(OperationPlan plan) => plan.Simulation is null ? null : EngineHost.Forecast(plan).CriticalPath;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
