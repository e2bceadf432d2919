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
    private readonly LocalOperations _operations = new(settings, engines);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private CatalogHost? _catalogs;

    public KaSession Settings => settings;

    public string User => Environment.UserName;

    public IOperations Operations => _operations;

    public IConsoleLogs ConsoleLogs { get; } = new LocalConsoleLogs(settings);

    public async Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken) =>
        await _operations.ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader
            ? await reader.FindOperationAsync(id, cancellationToken).ConfigureAwait(false)
            : null;

    public async Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) =>
        await _operations.ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader
            ? await reader.FindPlanAsync(id, cancellationToken).ConfigureAwait(false)
            : null;

    public async Task<bool> IsRunAsync(OperationId id, CancellationToken cancellationToken) =>
        engines.Runs(id)
        || (await _operations.ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader && await reader.IsRunAsync(id, cancellationToken).ConfigureAwait(false));

    public async ValueTask<ICatalogs> OpenCatalogsAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _catalogs ??= await EngineHost.OpenCatalogsAsync(LocalSite.CatalogOptions(settings), cancellationToken).ConfigureAwait(false);
            return _catalogs.Catalogs;
        }
        finally
        {
            _opening.Release();
        }
    }

    public async Task<KaEnvironment> FindEnvironmentAsync(EnvironmentSelection selection, CancellationToken cancellationToken)
    {
        var environments = (await OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        if (settings.Simulation is not null && selection.Name is { } name && (await environments.ListAsync(selection, User, cancellationToken).ConfigureAwait(false)).IsEmpty)
            return SimulationNodes.Environment with { Name = name, Version = selection.Version ?? 1, User = selection.Owner ?? User };
        return (await environments.FindAsync(selection, User, cancellationToken).ConfigureAwait(false)).Environment;
    }

    public async Task<KaEnvironment> ReadEnvironmentAsync(string source, CancellationToken cancellationToken) =>
        EnvironmentReader.Read(await TextSource.ReadAsync("description", source, cancellationToken).ConfigureAwait(false), source, User);

    public async Task<ImmutableArray<KaEnvironment>> ReadEnvironmentsAsync(string source, CancellationToken cancellationToken) =>
        EnvironmentReader.ReadAll(await TextSource.ReadAsync("description", source, cancellationToken).ConfigureAwait(false), source, User);

    public async Task<ImmutableArray<CustomOperation>> ReadCustomOperationsAsync(string source, CancellationToken cancellationToken) =>
        CustomStepsReader.Read(await TextSource.ReadAsync("file of custom steps", source, cancellationToken).ConfigureAwait(false), source);

    public ImmutableArray<CustomOperation> ReadCustomOperations(string text, string name, string folder) => CustomStepsReader.Read(text, name, folder);

    public Task<string> ReadKeysAsync(string source, CancellationToken cancellationToken) =>
        TextSource.ReadAsync("list of public keys", source, cancellationToken);

    public async Task<ImmutableArray<Node>> ListNodesAsync(CancellationToken cancellationToken) =>
        settings.Simulation is not null ? [] : [.. (await LocalSite.ReadWholeAsync(settings, cancellationToken).ConfigureAwait(false)).Nodes];

    public ImmutableArray<KnownInstance> ListInstances() =>
        [.. InstanceCatalog.All.Select(static each => new KnownInstance(each.MacroStep, each.Name, [.. each.MicroSteps.Select(static step => step.Name)]))];

    public IAsyncEnumerable<PlanCheck> CheckAsync(OperationPlan plan, CancellationToken cancellationToken) => new PlanChecks(this, plan).RunAsync(cancellationToken);

    public TimeSpan? Forecast(OperationPlan plan) => plan.Simulation is null ? null : EngineHost.Forecast(plan).CriticalPath;

    public async ValueTask DisposeAsync()
    {
        if (_catalogs is not null) await _catalogs.DisposeAsync().ConfigureAwait(false);
        await _operations.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }
}
