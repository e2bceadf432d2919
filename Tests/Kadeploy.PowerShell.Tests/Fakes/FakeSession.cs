using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Kadeploy.PowerShell.Tests.Fakes;

/// <summary>A session of one operation whose events come when a test says so.</summary>
internal sealed class FakeSession(OperationPlan plan) : ISession, IOperations
{
    private readonly Channel<OperationEvent> _events = Channel.CreateUnbounded<OperationEvent>();

    public Operation Operation { get; set; } = new()
    {
        Id = plan.Operation, Kind = plan.Kind, User = plan.User, Environment = "sample version 1", Nodes = plan.NodeCount, State = OperationState.Running, PlannedAt = plan.PlannedAt,
    };

    public bool IsRun { get; set; } = true;

    public KadeployException? Failure { get; set; }

    public IConsoleSession? Console { get; set; }

    public List<string> Cancelled { get; } = [];

    public TaskCompletionSource LookedWhetherItIsRun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KaSession Settings { get; } = new();

    public string User => "ada";

    public IOperations Operations => this;

    public IConsoleLogs ConsoleLogs => throw new NotSupportedException();

    public void Happens(params IEnumerable<OperationEvent> events)
    {
        foreach (var each in events) Assert(_events.Writer.TryWrite(each));
    }

    public void Ends(OperationState? state = OperationState.Finished)
    {
        if (state is { } final) Operation = Operation with { State = final };
        _events.Writer.Complete();
    }

    public async IAsyncEnumerable<OperationEvent> ReadEventsAsync(OperationId? operation, long from, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_events.Reader.TryRead(out var happened)) yield return happened;
            if (!follow || !await _events.Reader.WaitToReadAsync(cancellationToken)) yield break;
        }
    }

    public Task<bool> IsRunAsync(OperationId id, CancellationToken cancellationToken)
    {
        LookedWhetherItIsRun.TrySetResult();
        return Task.FromResult(IsRun);
    }

    public Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken) => Task.FromResult<Operation?>(Operation);

    public Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) => Task.FromResult<OperationPlan?>(plan);

    public Task<Operation> WaitAsync(OperationId id, CancellationToken cancellationToken) => Failure is null ? Task.FromResult(Operation) : Task.FromException<Operation>(Failure);

    public Task<IConsoleSession?> OpenConsoleAsync(OperationId id, CancellationToken cancellationToken) => Task.FromResult(Console);

    public Task CancelAsync(OperationId id, string user, CancellationToken cancellationToken)
    {
        Cancelled.Add(user);
        return Task.CompletedTask;
    }

    public TimeSpan? Forecast(OperationPlan plan) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<OperationPlan> PlanAsync(OperationRequest request, CancellationToken cancellationToken) => Task.FromResult(plan);

    public Task<Operation> StartAsync(OperationPlan plan, CancellationToken cancellationToken) => Task.FromResult(Operation);

    public Task<ImmutableArray<Operation>> ResumeAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<Operation>>([Operation]);

    public Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<Operation>>([Operation]);

    public ValueTask<ICatalogs> OpenCatalogsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KaEnvironment> FindEnvironmentAsync(EnvironmentSelection selection, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KaEnvironment> ReadEnvironmentAsync(string source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<KaEnvironment>> ReadEnvironmentsAsync(string source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<CustomOperation>> ReadCustomOperationsAsync(string source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ImmutableArray<CustomOperation> ReadCustomOperations(string text, string name, string folder) => throw new NotSupportedException();

    public Task<string> ReadKeysAsync(string source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Node>> ListNodesAsync(CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<Node>.Empty);

    public ImmutableArray<KnownInstance> ListInstances() => [];

    public IAsyncEnumerable<PlanCheck> CheckAsync(OperationPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static void Assert(bool written) => Xunit.Assert.True(written);
}
