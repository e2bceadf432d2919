using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kadeploy.Cli.Engines;
using Kadeploy.Engine;
using Kadeploy.TestKit.Consoles;

namespace Kadeploy.Cli.Tests.Fakes;

/// <summary>An engine, its session and its reader, all played by the test: it publishes the events and says how operations end.</summary>
internal sealed class FakeEngines : IEngineSource
{
    private readonly TaskCompletionSource<Operation> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Script Script { get; } = new();

    public List<EngineOptions> Opened { get; } = [];

    public List<Operation> Operations { get; } = [];

    public List<(OperationId Id, string User)> Cancelled { get; } = [];

    /// <summary>Gets the administrators whom the reader's last request for a cancellation named.</summary>
    public IReadOnlyCollection<string>? Administrators { get; private set; }

    public bool Suspended { get; private set; }

    public Exception? OpenFailure { get; init; }

    public Exception? PlanFailure { get; init; }

    public List<OperationRequest> Requests { get; } = [];

    /// <summary>Gets the console that console operations give.</summary>
    /// <value>Null when their operations end before.</value>
    public FakeConsoleSession? Console { get; init; }

    public SimulationOptions? Simulation { get; private set; }

    public Dictionary<NodeName, NodeState> Decreed { get; } = [];

    /// <summary>Gets a task that ends when events are read up to the last.</summary>
    public Task Followed => _followed.Task;

    public Action<FakeEngines>? OnCancel { get; init; }

    /// <summary>Gets the catalogs of the engine.</summary>
    public ICatalogs? Catalogs { get; init; }

    public void End(Operation operation) => _ended.TrySetResult(operation);

    public void Break(Exception failure) => _ended.TrySetException(failure);

    public Task<IEngineSession> OpenAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        Opened.Add(options);
        return OpenFailure is null ? Task.FromResult<IEngineSession>(new Played(this)) : Task.FromException<IEngineSession>(OpenFailure);
    }

    public Task<IOperationReader> OpenReadOnlyAsync(string stateDirectory, CancellationToken cancellationToken) =>
        OpenFailure is null ? Task.FromResult<IOperationReader>(new Played(this)) : Task.FromException<IOperationReader>(OpenFailure);

    /// <summary>Opens the real catalogues: what they keep cannot be told from events.</summary>
    public Task<CatalogHost> OpenCatalogsAsync(EngineOptions options, CancellationToken cancellationToken) => EngineHost.OpenCatalogsAsync(options, cancellationToken);

    private sealed class Played(FakeEngines test) : IEngineSession, IOperationReader, IDeploymentEngine
    {
        public IDeploymentEngine Engine => this;

        public ICatalogs Catalogs => test.Catalogs ?? throw new NotSupportedException();

        public TimeProvider Time => TimeProvider.System;

        public Task<OperationPlan> PlanSimulationAsync(
            SimulationOptions simulation, int nodes, string user, string? forceSteps, string? breakpoint, CancellationToken cancellationToken)
        {
            test.Simulation = simulation;
            return test.PlanFailure is null ? Task.FromResult(test.Script.Plan) : Task.FromException<OperationPlan>(test.PlanFailure);
        }

        public SimulationForecast Forecast(OperationPlan plan) => new(TimeSpan.FromSeconds(100), test.Decreed);

        public Task<bool> IsRunAsync(OperationId id, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) => Task.FromResult<OperationPlan?>(test.Script.Plan);

        public Task SuspendAsync(CancellationToken cancellationToken)
        {
            test.Suspended = true;
            return Task.CompletedTask;
        }

        public Task<Operation> StartAsync(OperationPlan plan, CancellationToken cancellationToken) => Task.FromResult(test.Script.Running);

        public Task<ImmutableArray<Operation>> ResumeAsync(CancellationToken cancellationToken) =>
            Task.FromResult(test.Operations.Where(static operation => operation.State is OperationState.Running).ToImmutableArray());

        public Task<Operation> WaitAsync(OperationId id, CancellationToken cancellationToken) => test._ended.Task.WaitAsync(cancellationToken);

        public Task<IConsoleSession?> OpenConsoleAsync(OperationId id, CancellationToken cancellationToken) => Task.FromResult<IConsoleSession?>(test.Console);

        public Task CancelAsync(OperationId id, string user, CancellationToken cancellationToken)
        {
            test.Cancelled.Add((id, user));
            test.OnCancel?.Invoke(test);
            return Task.CompletedTask;
        }

        public Task CancelAsync(OperationId id, string user, IReadOnlyCollection<string>? administrators, CancellationToken cancellationToken)
        {
            test.Administrators = administrators;
            return CancelAsync(id, user, cancellationToken);
        }

        public async IAsyncEnumerable<OperationEvent> ReadEventsAsync(
            OperationId? operation, long from, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var happened in test.Script.Events.Where(happened => happened.Sequence >= from)) yield return happened;
            test._followed.TrySetResult();
            if (follow) await test._ended.Task.WaitAsync(cancellationToken);
        }

        public Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken) =>
            Task.FromResult(test.Operations.Take(limit).ToImmutableArray());

        async Task<IReadOnlyList<Operation>> IOperationReader.ListOperationsAsync(int limit, CancellationToken cancellationToken) =>
            await ListOperationsAsync(limit, cancellationToken);

        public Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken) =>
            Task.FromResult(test.Operations.Find(operation => operation.Id == id));

        public Task<OperationPlan> PlanAsync(OperationRequest request, CancellationToken cancellationToken)
        {
            test.Requests.Add(request);
            return test.PlanFailure is null ? Task.FromResult(test.Script.Plan) : Task.FromException<OperationPlan>(test.PlanFailure);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
