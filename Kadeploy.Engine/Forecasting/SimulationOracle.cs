using Kadeploy.Engine.Drivers.Fake;

namespace Kadeploy.Engine.Forecasting;

/// <summary>Foretells how attempts end on a simulated cluster, without one.</summary>
/// <remarks>It draws the same latencies and fault plans as the simulated machines, and has to know which micro-step asks a machine for what. It
/// assumes that nobody interrupts the operation.</remarks>
internal sealed class SimulationOracle(SimulationOptions options, string? vlan)
{
    private static readonly ForecastOutcome Never = new(ForecastEnd.Never);

    private readonly Latencies _latencies = new(options);
    private readonly Dictionary<NodeName, FaultPlan> _faults = [];

    /// <summary>Foretells an attempt.</summary>
    /// <param name="asked">The attempt.</param>
    /// <returns>How it ends.</returns>
    public ForecastOutcome Foretell(ForecastAttempt asked)
    {
        var (attempt, step) = (asked.Attempt, asked.Attempt.Step);
        if (!_faults.TryGetValue(attempt.Node, out var fault)) _faults[attempt.Node] = fault = FaultPlan.For(options, attempt.Node);
        var name = step.MicroStep;
        if (asked.Step.Custom is null)
        {
            if (name == StepNames.WaitReboot) return Boot(asked, fault);
            if (name == StepNames.SetVlan)
                return Ends(true, _latencies.Network(step.MacroStep == MacroStep.SetDeploymentEnv ? "DEFAULT" : vlan ?? "DEFAULT"));
            if (name == StepNames.Reboot)
                return Ends(fault.Kind != FaultKind.BmcRefuses && !Flaps(asked, fault), _latencies.Controller(attempt, fault));
            if (name == StepNames.SendEnvironment) return Broadcast(asked, fault);
            if (step.MacroStep == MacroStep.Verify) return Ends(fault.Kind != FaultKind.BootsOldSystem, TimeSpan.Zero);
            if (name == StepNames.Dummy || name == StepNames.CheckNodes) return Ends(true, TimeSpan.Zero);
        }

        if (fault.Concerns(FaultKind.HangsAtStep, step)) return Never;
        return Ends(!Flaps(asked, fault), name == StepNames.SwitchPxe ? _latencies.Profile(attempt, fault) : _latencies.Command(attempt, fault));
    }

    private static ForecastOutcome Ends(bool well, TimeSpan duration) => new(well ? ForecastEnd.Succeeds : ForecastEnd.Fails, duration);

    private ForecastOutcome Broadcast(ForecastAttempt asked, FaultPlan fault) =>
        fault.Kind == FaultKind.DiesInBroadcast || Flaps(asked, fault)
            ? Ends(false, _latencies.Loss(asked.Attempt))
            : Ends(true, _latencies.Broadcast(asked.Attempt, fault, asked.SetSize));

    /// <summary>Foretells a wait, which is as long as the boot that the reboot before it began.</summary>
    private ForecastOutcome Boot(ForecastAttempt asked, FaultPlan fault)
    {
        if (fault.Kind == FaultKind.NeverBoots) return Never;
        var step = asked.Attempt.Step;
        var kexec = asked.InstancePlan.MicroSteps.Any(static micro => micro.Step.MicroStep == StepNames.Kexec);
        var boot = _latencies.Boot(asked.Attempt, fault, kexec, step.MacroStep == MacroStep.SetDeploymentEnv);
        return Ends(true, boot > asked.SinceNodeStep ? boot - asked.SinceNodeStep : TimeSpan.Zero);
    }

    /// <summary>Says whether an attempt fails: the first ones do, wherever in the macro-step's first instance they are made.</summary>
    private static bool Flaps(ForecastAttempt asked, FaultPlan fault)
    {
        if (!fault.Concerns(FaultKind.Flaps, asked.Attempt.Step) || asked.Instance > 0) return false;
        var before = ((asked.Attempt.InstanceAttempt - 1) * (asked.Step.Retries + 1)) + asked.Attempt.Attempt - 1;
        return before < fault.Failures;
    }
}
