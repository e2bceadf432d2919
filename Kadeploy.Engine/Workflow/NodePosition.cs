namespace Kadeploy.Engine.Workflow;

/// <summary>Where a node stands in its plan. All that a resumed engine must know of the way so far.</summary>
/// <param name="MacroStep">Index of the macro-step.</param>
/// <param name="Instance">Index of the instance in the macro-step.</param>
/// <param name="InstanceAttempt">Which run of the instance, from 1.</param>
/// <param name="MicroStep">Index of the micro-step in the instance.</param>
/// <param name="Attempt">Number of the attempt in this run, from 1; never used twice.</param>
/// <param name="Charged">How many attempts at the micro-step have failed in this run; interrupted ones do not count.</param>
/// <param name="Spent">The time that this run of the instance has used: attempts and pauses, not waits for slots or for other nodes.</param>
internal readonly record struct NodePosition(
    int MacroStep, int Instance, int InstanceAttempt, int MicroStep, int Attempt, int Charged, TimeSpan Spent)
{
    /// <summary>Gets the first micro-step of the first instance of the first macro-step.</summary>
    public static NodePosition Start => new(0, 0, 1, 0, 1, 0, TimeSpan.Zero);

    /// <summary>Finds the micro-step.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The micro-step.</returns>
    public MicroStepPlan StepIn(ClusterPlan plan) => InstanceIn(plan).MicroSteps[MicroStep];

    /// <summary>Finds the instance.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The instance.</returns>
    public InstancePlan InstanceIn(ClusterPlan plan) => plan.MacroSteps[MacroStep].Instances[Instance];

    /// <summary>Says what follows a success.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="duration">How long the attempt took.</param>
    /// <returns>The next position, or null when the plan is done.</returns>
    public NodePosition? AfterSuccess(ClusterPlan plan, TimeSpan duration)
    {
        if (MicroStep + 1 < InstanceIn(plan).MicroSteps.Length)
            return this with { MicroStep = MicroStep + 1, Attempt = 1, Charged = 0, Spent = Spent + duration };
        return MacroStep + 1 < plan.MacroSteps.Length ? Start with { MacroStep = MacroStep + 1 } : null;
    }

    /// <summary>Decides what follows a failure: retry, restart of the instance, next instance, or the end.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="scope">What has failed.</param>
    /// <returns>The consequence.</returns>
    public FailureConsequence ConsequenceOf(ClusterPlan plan, FailureScope scope)
    {
        var instance = InstanceIn(plan);
        if (scope == FailureScope.Attempt && Charged < StepIn(plan).Retries) return FailureConsequence.Retry;
        if (scope != FailureScope.Instance && InstanceAttempt <= instance.Retries) return FailureConsequence.RestartInstance;
        return Instance + 1 < plan.MacroSteps[MacroStep].Instances.Length ? FailureConsequence.Fallback : FailureConsequence.GiveUp;
    }

    /// <summary>Says where a failure leads.</summary>
    /// <param name="consequence">What follows it.</param>
    /// <param name="duration">How long the attempt took.</param>
    /// <param name="pause">How long the node rests before it goes on.</param>
    /// <returns>The next position, or null when the node has ended.</returns>
    public NodePosition? AfterFailure(FailureConsequence consequence, TimeSpan duration, TimeSpan pause) => consequence switch
    {
        FailureConsequence.Retry => this with { Attempt = Attempt + 1, Charged = Charged + 1, Spent = Spent + duration + pause },
        FailureConsequence.RestartInstance =>
            Start with { MacroStep = MacroStep, Instance = Instance, InstanceAttempt = InstanceAttempt + 1 },
        FailureConsequence.Fallback => Start with { MacroStep = MacroStep, Instance = Instance + 1 },
        _ => null,
    };

    /// <summary>Says where a node goes on whose attempt was cut off and must not be repeated.</summary>
    /// <returns>The same step under a new number; no retry is charged.</returns>
    public NodePosition AfterInterruption() => this with { Attempt = Attempt + 1 };
}
