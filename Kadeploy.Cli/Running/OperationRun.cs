using System.CommandLine;
using System.Collections.Immutable;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Engines;
using Kadeploy.Cli.Output;
using Kadeploy.Cli.Progress;
using Kadeploy.Engine;
using Kadeploy.Progress;

namespace Kadeploy.Cli.Running;

/// <summary>Follows operations of an engine in this process to their end, or until the user has enough.</summary>
/// <param name="context">What the command was given.</param>
/// <param name="arguments">The command line.</param>
/// <param name="session">The engine.</param>
/// <param name="state">The command's option for the state directory.</param>
/// <param name="config">The command's option for the configuration; null when it has none.</param>
internal sealed class OperationRun(CommandContext context, ParseResult arguments, IEngineSession session, StateOption state, ConfigOption? config = null)
{
    private readonly IOutput _output = context.Output(arguments);
    private readonly ScreenSettings _screen = context.Screen(arguments);
    private readonly InterruptDialog _dialog = new(context.Console, context.Interrupts);
    private bool _cancelled;

    /// <summary>Gets what is told each event of the operation, in their order.</summary>
    /// <value>Null for nobody.</value>
    public Action<OperationEvent>? Observer { get; init; }

    /// <summary>Gets a value indicating whether every event is written to standard error in place of progress.</summary>
    public bool Debug { get; init; }

    /// <summary>Gets a value indicating whether people are shown nothing but what the observer writes.</summary>
    public bool Quiet { get; init; }

    /// <summary>Follows one operation, showing its progress, and writes what it came to.</summary>
    /// <param name="operation">The operation, which runs.</param>
    /// <param name="plan">Its plan; null when it must be read first.</param>
    /// <returns>The operation as it ended; null when it was left to be resumed, and with it all others of the engine.</returns>
    public async Task<Operation?> FollowAsync(Operation operation, OperationPlan? plan = null)
    {
        plan ??= await session.FindPlanAsync(operation.Id, CancellationToken.None);
        var forecast = plan?.Simulation is null ? null : session.Forecast(plan);
        var model = new ProgressModel(operation.Nodes, plan);
        var shares = operation.Simulated || operation.Kind != OperationKind.Deployment ? null : new TimeShares();
        Operation? ended;
        try
        {
            await using var display = Display(operation, plan, model, await PredictAsync(plan, forecast));
            ended = await EndOrLeaveAsync(operation, model, shares, display);
        }
        catch (IOException)
        {
            Left(operation, model.Snapshot(0)); // the results cannot be written, but the journal can
            throw;
        }

        if (ended is null)
        {
            Left(operation, model.Snapshot(0));
            return null;
        }

        if (Quiet && !_output.StreamsEvents) return ended;
        _output.Report(new()
        {
            Operation = ended,
            Progress = model.Snapshot(0),
            Faults = model.FaultGroups(),
            Forecast = forecast is null ? null : Compare(forecast, model),
            Shares = shares?.Report(),
            Usage = ProcessUsage.Measure(),
        });
        return ended;
    }

    /// <summary>Chooses the exit code.</summary>
    /// <param name="results">How nodes ended.</param>
    /// <returns>The code; <see cref="ExitCode.Interrupted"/> when the user cancelled.</returns>
    public ExitCode Result(NodeCounts results) => _cancelled ? ExitCode.Interrupted : ExitCodes.From(results);

    private async Task<Operation?> EndOrLeaveAsync(Operation operation, ProgressModel model, TimeShares? shares, IProgressDisplay display)
    {
        using var left = new CancellationTokenSource(); // cancelled when the operation is left, and at the end
        var run = RunAsync(operation.Id, model, shares, display, left.Token);
        Task<InterruptDecision>? decision = null;
        try
        {
            while (true)
            {
                decision = _dialog.NextAsync(display, left.Token);
                if (await Task.WhenAny(run, decision) == run) return await run;
                if (await decision is InterruptDecision.Cancel) await CancelAsync(operation.Id);
                if (await decision is not InterruptDecision.Leave) continue;
                context.Interrupts.Release(); // from here on an interrupt ends the process; the journal is safe
                await session.SuspendAsync(CancellationToken.None);
                return null;
            }
        }
        finally
        {
            await left.CancelAsync();
            // Their failures were thrown above, or nobody asks for them any more.
            await Task.WhenAll(run, decision ?? (Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Operation> RunAsync(
        OperationId id, ProgressModel model, TimeShares? shares, IProgressDisplay display, CancellationToken left)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(left); // left, or one of the two has failed
        var waiting = session.Engine.WaitAsync(id, over.Token);
        var reading = ReadAsync(id, model, shares, display, over.Token);
        try
        {
            await await Task.WhenAny(waiting, reading);
            await reading;
            return await waiting;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(waiting, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(
        OperationId id, ProgressModel model, TimeShares? shares, IProgressDisplay display, CancellationToken cancellationToken)
    {
        await Task.Yield(); // a long journal must not keep the caller from noticing interrupts
        await EventReading.ForEachAsync(
            token => session.Engine.ReadEventsAsync(id, 0, follow: true, token),
            _output,
            happened =>
            {
                model.Add(happened);
                shares?.Add(happened);
                display.Changed();
                Observer?.Invoke(happened);
                if (Debug) context.Console.Error.WriteLine(EventWording.Line(happened));
                if (_output.StreamsEvents) _output.Event(happened);
            },
            cancellationToken);
    }

    private async Task CancelAsync(OperationId id)
    {
        _cancelled = true;
        try
        {
            await session.Engine.CancelAsync(id, CommandContext.User, CancellationToken.None);
        }
        catch (ConfigurationException)
        {
            // It has ended in the meantime, which its result will show.
        }
    }

    /// <summary>Says how long the operation will take, and who says so; only where it is shown.</summary>
    private async Task<Prediction?> PredictAsync(OperationPlan? plan, SimulationForecast? forecast)
    {
        if (forecast is not null) return new(forecast.CriticalPath, "the plan predicts");
        if (plan is null || !_screen.Live || _output.StreamsEvents || Debug || Quiet) return null;
        try
        {
            return await session.Engine.Catalogs.Statistics.EstimateAsync(plan, CancellationToken.None) is { } estimate
                ? new(estimate.Duration, $"{Wording.Nodes(estimate.BasedOn)} before {(estimate.BasedOn == 1 ? "suggests" : "suggest")}")
                : null;
        }
        catch (KadeployException)
        {
            return null; // the operation runs all the same
        }
    }

    private IProgressDisplay Display(Operation operation, OperationPlan? plan, ProgressModel model, Prediction? prediction)
    {
        if (_output.StreamsEvents || Debug || Quiet) return new NoProgress();
        // What is no deployment has one instance, whose name says what it does.
        var what = operation.Kind != OperationKind.Deployment && plan is { Clusters: [{ MacroSteps: [{ Instances: [var only] }] }, ..] } ? $"{only.Name} on "
            : operation.Environment.Length > 0 ? $"{operation.Environment} on " : "";
        var title = $"{operation.Id}: {what}{Wording.Nodes(operation.Nodes)}{(operation.Simulated ? ", simulated" : "")}";
        if (!_screen.Live || !LiveRegion.TryCreate(context.Console.Error, _screen, out var region, out var unicode))
            return new PlainProgress(context.Console.Error, model, title);
        var view = new ProgressView(title, prediction, operation.Simulated ? null : session.Time, _screen.Width, unicode);
        return new LiveProgress(region!, model, view.Draw, TimeProvider.System);
    }

    private void Left(Operation operation, ProgressSnapshot progress)
    {
        context.Console.Error.WriteLine(
            $"Left as it is: {operation.Id}, {Wording.Number(progress.Ended)} of {Wording.Nodes(progress.Total)} ended. Go on with:");
        context.Console.Error.WriteLine($"  kadeploy resume{state.Repeat(arguments)}{config?.Repeat(arguments)}");
    }

    /// <summary>Compares ends with what the seed decreed; nodes that were kept from their end are left out.</summary>
    private static ForecastReport Compare(SimulationForecast forecast, ProgressModel model)
    {
        var deviating = ImmutableArray.CreateBuilder<NodeName>();
        var compared = 0;
        foreach (var (node, decreed) in forecast.Decreed)
        {
            if (model.FinalState(node) is NodeState.Stopped or NodeState.Discarded or NodeState.Cancelled) continue;
            compared++;
            if (model.FinalState(node) != decreed) deviating.Add(node);
        }

        var decreedKo = forecast.Decreed.Values.Count(static state => state is NodeState.Ko);
        return new(forecast.CriticalPath, decreedKo, compared, deviating.ToImmutable());
    }
}
