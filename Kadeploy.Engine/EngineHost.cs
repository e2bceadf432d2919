using System.Collections.Frozen;
using System.Net;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Drivers.Refusing;
using Kadeploy.Engine.Drivers.Sites;
using Kadeploy.Engine.Drivers.Vlans;
using Kadeploy.Engine.Forecasting;
using Kadeploy.Engine.Inventories;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.Engine.Time;
using Kadeploy.Engine.Workflow;

namespace Kadeploy.Engine;

/// <summary>Builds an engine and everything it needs, and takes it down again: the only place that chooses drivers, stores and clocks.</summary>
public sealed class EngineHost : IAsyncDisposable
{
    private readonly SqliteStore _store;
    private readonly DeploymentEngine _engine;
    private readonly SiteDrivers? _site;
    private readonly FileSource _files;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _upkeep;

    private EngineHost(SqliteStore store, DeploymentEngine engine, SiteDrivers? site, FileSource files, TimeProvider time)
    {
        (_store, _engine, _site, _files, Time) = (store, engine, site, files, time);
        // Simulated nodes need no files; and in virtual time it would go on for years at once.
        _upkeep = time != TimeProvider.System ? Task.CompletedTask : files.Upkeep.RunAsync(_closing.Token);
    }

    /// <summary>Gets the engine.</summary>
    public IDeploymentEngine Engine => _engine;

    /// <summary>Gets the engine's clock; virtual when nodes are simulated.</summary>
    public TimeProvider Time { get; }

    /// <summary>Opens the state directory and starts an engine on it, which takes up nothing until it is told to.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The host.</returns>
    /// <exception cref="StoreException">The state directory cannot be used.</exception>
    public static async Task<EngineHost> OpenAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = await SqliteStore.OpenAsync(options.StateDirectory, cancellationToken).ConfigureAwait(false);
        SiteDrivers? site = null;
        FileSource? files = null;
        try
        {
            var time = ClockOf(options);
            if (options.Simulated) await StateDirectory.PruneWorldsAsync(options.StateDirectory, store, cancellationToken).ConfigureAwait(false);
            var policy = AccessPolicy.Of(options);
            files = Files(options, store, policy);
            var configured = options.Simulated || options.Site is null
                ? null
                : await JoinAsync(options.Site, store, options.StateDirectory, cancellationToken).ConfigureAwait(false);
            var consoles = new ConsoleSessions();
            if (configured is not null) site = new(configured, options.StateDirectory, files, consoles, time);
            var catalogs = new Catalogs(store, options.Site, files, policy, options.StateDirectory, TimeProvider.System);
            IRightsCheck rights = options.Simulated ? OpenRights.Instance : new RightsCheck(store, store, policy, time);
            var machines = new MachinePlanning(configured, site, store, rights, time);
            var setup = new EngineSetup
            {
                Store = store,
                Time = time,
                LeaseClock = TimeProvider.System,
                LeaseDuration = options.LeaseDuration,
                Policy = policy,
                Rights = rights,
                Audit = store,
                Catalogs = catalogs,
                Simulated = options.Simulated,
                Slots = configured is null ? StepDefaults.Slots : configured.Server.Limits.Slots,
                Consoles = consoles,
                FindStep = StepCatalog.Of,
                Plan = (request, token) => request switch
                {
                    _ when options.Simulated => Task.FromResult(PlanSimulated(
                        request, options.Simulation, [.. request.Nodes.Distinct().Select(static name => SimulationNodes.Named(name))], time)),
                    DeploymentRequest deployment => PlanAsync(deployment, configured, site, rights, time, token),
                    _ => machines.PlanAsync(request, token),
                },
                Drivers = (plan, begun, token) => options.Simulated
                    ? Task.FromResult(Simulate(plan, begun, options.StateDirectory, time))
                    : site?.OpenAsync(plan, token) ?? Task.FromResult((RefusingDrivers.All, (IDisposable?)null)),
            };
            var engine = await DeploymentEngine.StartAsync(setup, cancellationToken).ConfigureAwait(false);
            catalogs.Book.Stopped += engine.Stop;
            return new(store, engine, site, files, time);
        }
        catch
        {
            if (site is not null) await site.DisposeAsync().ConfigureAwait(false);
            files?.Dispose();
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens the catalogues of a state directory; no engine is started and nothing is taken over.</summary>
    /// <param name="options">Where the directory is, who administrators are, and where files may come from; the directory is made when it is not there. The site may
    /// be one of <see cref="SiteReader.ReadOutline"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The catalogues; dispose them.</returns>
    /// <exception cref="StoreException">The state directory cannot be used.</exception>
    public static async Task<CatalogHost> OpenCatalogsAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = await SqliteStore.OpenAsync(options.StateDirectory, cancellationToken).ConfigureAwait(false);
        var policy = AccessPolicy.Of(options);
        var files = Files(options, store, policy);
        return new(store, files, new Catalogs(store, options.Site, files, policy, options.StateDirectory, TimeProvider.System));
    }

    /// <summary>Joins what files define with what the store of a state directory does, as an engine would.</summary>
    /// <param name="files">What files define.</param>
    /// <param name="stateDirectory">The state directory; one that is not there defines nothing, and is not made.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The whole site.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed.</exception>
    /// <exception cref="StoreException">The state directory cannot be used.</exception>
    public static async Task<Site> JoinSiteAsync(Site files, string stateDirectory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (!File.Exists(Path.Combine(stateDirectory, "kadeploy.db"))) return files;
        var store = await SqliteStore.OpenAsync(stateDirectory, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
            return await JoinAsync(files, store, stateDirectory, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Site> JoinAsync(Site files, SqliteStore store, string stateDirectory, CancellationToken cancellationToken)
    {
        var credentials = new CredentialFiles(stateDirectory);
        while (true)
        {
            var before = credentials.List();
            var stored = await store.ReadInventoryAsync(null, cancellationToken).ConfigureAwait(false);
            try
            {
                return SiteAssembly.Join(files, stored);
            }
            catch (ConfigurationException) when (!before.SetEquals(credentials.List()))
            {
                // A password was replaced between the two, and its file with it.
            }
        }
    }

    /// <summary>Opens the state directory for reading; no engine is started and nothing is taken over.</summary>
    /// <param name="stateDirectory">The directory.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reader.</returns>
    /// <exception cref="ConfigurationException">There is no state there.</exception>
    /// <exception cref="StoreException">The state directory cannot be used.</exception>
    public static async Task<IOperationReader> OpenReadOnlyAsync(string stateDirectory, CancellationToken cancellationToken)
    {
        StateDirectory.RequireState(stateDirectory);
        var store = await SqliteStore.OpenAsync(stateDirectory, cancellationToken).ConfigureAwait(false);
        return new OperationReader(store, stateDirectory);
    }

    /// <summary>Plans a deployment of simulated nodes.</summary>
    /// <param name="simulation">The simulated cluster.</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="forceSteps">The workflow in the syntax of <c>--force-steps</c>, or null for the default.</param>
    /// <param name="breakpoint">Where nodes stop, as <c>Macro[:micro]</c>, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out; all problems are listed.</exception>
    public Task<OperationPlan> PlanSimulationAsync(
        SimulationOptions simulation, int nodes, string user, string? forceSteps, string? breakpoint, CancellationToken cancellationToken)
    {
        var known = SimulationNodes.Create(nodes);
        var request = new DeploymentRequest
        {
            Nodes = [.. known.Select(static node => node.Name)],
            Environment = SimulationNodes.Environment,
            User = user,
            ForceSteps = forceSteps,
            Breakpoint = breakpoint,
        };
        return Task.FromResult(PlanSimulated(request, simulation, known, Time));
    }

    /// <summary>Says what the seed decrees.</summary>
    /// <param name="plan">A plan for simulated nodes.</param>
    /// <returns>The forecast.</returns>
    public static SimulationForecast Forecast(OperationPlan plan)
    {
        var forecast = PlanForecast.OfSimulation(plan);
        return new(forecast.Duration, forecast.Nodes.ToFrozenDictionary(static node => node.Node, static node => node.State));
    }

    /// <summary>Finds an operation's plan.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plan, or null.</returns>
    public Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) => _store.FindPlanAsync(id, cancellationToken);

    /// <summary>Stops at once, leaving unfinished operations to be resumed; their nodes stay theirs.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    public Task SuspendAsync(CancellationToken cancellationToken) => _engine.DisposeAsync().AsTask().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_closing.IsCancellationRequested) await _closing.CancelAsync().ConfigureAwait(false);
        await _upkeep.ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        if (_site is not null) await _site.DisposeAsync().ConfigureAwait(false);
        _files.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private static TimeProvider ClockOf(EngineOptions options) => options switch
    {
        { Simulated: false } => TimeProvider.System,
        { SimulationSpeed: { } speed } => new PacedTime(TimeProvider.System.GetUtcNow(), speed, TimeProvider.System),
        _ => new VirtualTime(TimeProvider.System.GetUtcNow()),
    };

    private static FileSource Files(EngineOptions options, SqliteStore store, AccessPolicy policy) => new(
        Path.Combine(Path.GetFullPath(options.StateDirectory), "files"), store, options.Site?.Server.Files ?? options.Files,
        policy.IsAdministrator, TimeProvider.System);

    private static OperationId NewId(OperationKind kind, TimeProvider time) => OperationId.Create(kind, time.GetUtcNow());

    /// <summary>Plans for real nodes; without a site every node is unknown, and is refused as such.</summary>
    private static async Task<OperationPlan> PlanAsync(
        DeploymentRequest request, Site? site, SiteDrivers? drivers, IRightsCheck rights, TimeProvider time, CancellationToken cancellationToken)
    {
        var nodes = site?.Nodes.ToList() ?? [];
        var clusters = site?.Clusters.Select(static cluster => cluster.Cluster).ToList() ?? [];
        // Before any file is asked for: whoever has no right learns nothing by asking.
        await rights.RequireAsync(RightsDemand.Of(request, nodes, clusters), cancellationToken).ConfigureAwait(false);
        var names = nodes.Where(node => request.Nodes.Contains(node.Name)).Select(static node => node.Cluster).ToHashSet();
        var concerned = clusters.Where(cluster => names.Contains(cluster.Name)).ToList();
        List<string> problems = [.. DeployableCheck.Problems(request.Environment, concerned)];
        // Nor does anybody who names nodes that there are none of.
        if (drivers is not null && concerned.Count > 0)
        {
            using var files = drivers.OpenFiles(request, concerned);
            problems.AddRange(await FileCheck.FindProblemsAsync(files, cancellationToken).ConfigureAwait(false));
            if (problems.Count == 0) request = await FileCheck.WithDigestAsync(request, files, cancellationToken).ConfigureAwait(false);
        }

        OperationPlan plan;
        try
        {
            plan = Planner.Plan(
                request, nodes, clusters, cluster => drivers?.ForPlanning(cluster.Name, request) ?? RefusingDrivers.All, NewId(request.Kind, time),
                time.GetUtcNow(), null);
        }
        catch (ConfigurationException wrong)
        {
            throw new ConfigurationException([.. wrong.Problems, .. problems]);
        }

        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        return await VlanAddresses.AddAsync(plan, request.Vlan, site?.Server.Vlan, Dns.GetHostAddressesAsync, cancellationToken).ConfigureAwait(false);
    }

    private static OperationPlan PlanSimulated(
        OperationRequest request, SimulationOptions simulation, IReadOnlyList<Node> nodes, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var id = NewId(request.Kind, time);
        // The planner asks drivers what they can do; those of a world without machines can do the same as those of any other.
        var empty = new OperationPlan
        {
            Operation = id, Kind = request.Kind, User = request.User, PlannedAt = now, Request = request, Clusters = [],
        };
        using var world = SimulatedCluster.Open(simulation, empty, null, time);
        return request is DeploymentRequest deployment
            ? Planner.Plan(deployment, nodes, [SimulationNodes.Cluster], world.Drivers, id, now, simulation)
            : MachinePlanner.Plan(request, nodes, [SimulationNodes.Cluster], _ => world.Drivers, id, now, simulation);
    }

    private static (DriverSet Drivers, IDisposable? Owner) Simulate(OperationPlan plan, bool begun, string stateDirectory, TimeProvider time)
    {
        var file = StateDirectory.WorldFile(stateDirectory, plan.Operation);
        try
        {
            // A new world in the place of a lost one would be of machines to which nothing has been done yet.
            if (begun && !SimulatedCluster.IsKept(file)) throw new StoreException($"{file}: the memory of the simulated nodes is gone");
            var world = SimulatedCluster.Open(plan.Simulation!, plan, file, time);
            return (world.Drivers, world);
        }
        catch (StoreException unusable) when (begun)
        {
            throw new StoreException(
                $"{unusable.Message}; restore the file, or give {plan.Operation} up with 'kadeploy cancel {plan.Operation}' and 'kadeploy resume'", unusable);
        }
    }
}

/// <summary>What a simulated operation will come to.</summary>
/// <param name="CriticalPath">How long it takes, in virtual time.</param>
/// <param name="Decreed">How each node ends.</param>
public sealed record SimulationForecast(TimeSpan CriticalPath, IReadOnlyDictionary<NodeName, NodeState> Decreed);
