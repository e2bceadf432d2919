using System.Collections.Frozen;
using System.Text;
using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Drivers.Refusing;
using Kadeploy.Engine.Drivers.Sites;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Tests.Drivers.Consoles;
using Kadeploy.Engine.Workflow;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

/// <summary>Operations that hold a console for a user.</summary>
public sealed class ConsoleWorkflowTests : IAsyncDisposable
{
    private readonly MemoryStore _store = new();
    private readonly ConsoleSessions _sessions = new();
    private readonly ConsoleBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DriverSet Drivers => RefusingDrivers.All with
    {
        Lines = new(new(new Dictionary<string, ConsoleAccess> { ["a"] = new ConsoleAccess.Line(_bench.Settings) }.ToFrozenDictionary()), _sessions, readOnly: false),
    };

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task An_operation_lasts_as_long_as_its_user_stays_and_holds_no_node()
    {
        var plan = Plan();
        await using var engine = await StartAsync();
        await engine.StartAsync(plan, Token);
        var session = await engine.OpenConsoleAsync(plan.Operation, Token);
        Assert.NotNull(session);
        await SeesAsync(session, "start 1");
        Assert.False(_store.IsLeased(ConsoleBench.Node.Name));
        await session.DisposeAsync();
        Assert.Equal((OperationKind.Console, new NodeCounts(Ok: 1)), await EndAsync(engine, plan));
    }

    [Fact]
    public async Task A_console_that_cannot_be_had_is_told_as_the_nodes_fault()
    {
        _bench.Settings = _bench.Settings with { ProgramOf = static _ => new() { Command = new() { Program = "/nowhere/console" } } };
        var plan = Plan();
        await using var engine = await StartAsync();
        await engine.StartAsync(plan, Token);
        if (await engine.OpenConsoleAsync(plan.Operation, Token) is { } session)
            await foreach (var _ in session.ReadAsync(Token))
            {
            }

        Assert.Equal((OperationKind.Console, new NodeCounts(Ko: 1)), await EndAsync(engine, plan));
        Assert.Equal(FaultCodes.ConsoleUnreachable, _store.Events.OfType<OperationEvent.NodeFinished>().Single().Fault!.Code);
    }

    [Fact]
    public async Task Cancelling_ends_the_session()
    {
        var plan = Plan();
        await using var engine = await StartAsync();
        await engine.StartAsync(plan, Token);
        var session = await engine.OpenConsoleAsync(plan.Operation, Token);
        await engine.CancelAsync(plan.Operation, "jane", Token);
        await SeesAsync(session!, "<the session is ended from outside>");
        Assert.Equal((OperationKind.Console, new NodeCounts(Cancelled: 1)), await EndAsync(engine, plan));
    }

    [Fact]
    public async Task The_session_of_a_killed_process_is_over_and_says_so()
    {
        var plan = Plan();
        await using (var dying = await StartAsync())
        {
            await dying.StartAsync(plan, Token);
            await SeesAsync((await dying.OpenConsoleAsync(plan.Operation, Token))!, "start 1");
        }

        await using var engine = await StartAsync();
        Assert.Equal(plan.Operation, Assert.Single(await engine.ResumeAsync(Token)).Id);
        Assert.Equal((OperationKind.Console, new NodeCounts(Ko: 1)), await EndAsync(engine, plan));
        var fault = _store.Events.OfType<OperationEvent.NodeFinished>().Single().Fault!;
        Assert.Equal((FaultCodes.ConsoleLeft, "node a-1.site.example: the process in which jane had the console has ended"), (fault.Code, fault.Message));
        Assert.Equal(1, _bench.Starts);
    }

    [Fact]
    public async Task Other_operations_have_no_session()
    {
        await using var engine = await StartAsync();
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => engine.OpenConsoleAsync(OperationId.Create(OperationKind.Power, DateTimeOffset.UnixEpoch), Token));
        Assert.Contains("this engine runs no console operation P-", refusal.Message, StringComparison.Ordinal);
    }

    private OperationPlan Plan()
    {
        var request = new ConsoleRequest { Nodes = [ConsoleBench.Node.Name], User = "jane" };
        var now = TimeProvider.System.GetUtcNow();
        return MachinePlanner.Plan(request, [ConsoleBench.Node], [new() { Name = "a" }], _ => Drivers, OperationId.Create(request.Kind, now), now, null);
    }

    private Task<DeploymentEngine> StartAsync() => DeploymentEngine.StartAsync(
        new()
        {
            Store = _store, Time = TimeProvider.System, LeaseClock = TimeProvider.System, Plan = static (_, _) => throw new NotSupportedException(),
            FindStep = StepCatalog.Of, Consoles = _sessions, Drivers = (_, _, _) => Task.FromResult<(DriverSet, IDisposable?)>((Drivers, null)),
        },
        Token);

    private static async Task<(OperationKind Kind, NodeCounts Results)> EndAsync(DeploymentEngine engine, OperationPlan plan)
    {
        var operation = await engine.WaitAsync(plan.Operation, Token);
        return (operation.Kind, operation.Results);
    }

    private static async Task SeesAsync(IConsoleSession session, string expected)
    {
        var seen = "";
        await foreach (var output in session.ReadAsync(Token))
        {
            seen += output switch { ConsoleOutput.Bytes bytes => Encoding.UTF8.GetString(bytes.Data.Span), ConsoleOutput.Notice notice => $"<{notice.Text}>", _ => "" };
            if (seen.Contains(expected, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"'{expected}' is not in: {seen}");
    }
}
