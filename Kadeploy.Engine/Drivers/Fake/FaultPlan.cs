using System.Collections.Immutable;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>What the seed has decreed for one simulated node.</summary>
/// <remarks>It depends on the options and the node's name alone, neither on how many nodes there are nor on their order.</remarks>
public sealed record FaultPlan
{
    private static readonly ImmutableArray<FaultKind> AllKinds = [.. Enum.GetValues<FaultKind>()];

    // Steps that the default workflow has on every node, whatever was asked for.
    private static readonly ImmutableArray<(MacroStep Macro, MicroStepName Micro)> CommandSteps =
    [
        (MacroStep.SetDeploymentEnv, StepNames.CreatePartitionTable),
        (MacroStep.SetDeploymentEnv, StepNames.FormatDeployPart),
        (MacroStep.SetDeploymentEnv, StepNames.MountDeployPart),
        (MacroStep.SetDeploymentEnv, StepNames.FormatSwapPart),
        (MacroStep.BroadcastEnv, StepNames.CheckKernelFiles),
        (MacroStep.BroadcastEnv, StepNames.InstallBootloader),
        (MacroStep.BroadcastEnv, StepNames.Sync),
        (MacroStep.BootNewEnv, StepNames.UmountDeployPart),
    ];

    private static readonly ImmutableArray<(MacroStep Macro, MicroStepName Micro)> HangingSteps =
        [.. CommandSteps, (MacroStep.SetDeploymentEnv, StepNames.SwitchPxe), (MacroStep.BootNewEnv, StepNames.SwitchPxe)];

    private static readonly ImmutableArray<(MacroStep Macro, MicroStepName Micro)> FlappingSteps =
    [
        .. HangingSteps,
        (MacroStep.SetDeploymentEnv, StepNames.Reboot),
        (MacroStep.BroadcastEnv, StepNames.SendEnvironment),
        (MacroStep.BootNewEnv, StepNames.RebootFromDeployEnv),
    ];

    /// <summary>Gets the plan of a node without a fault.</summary>
    public static FaultPlan Healthy { get; } = new();

    /// <summary>Gets the fault.</summary>
    /// <value>Null when the node has none.</value>
    public FaultKind? Kind { get; private init; }

    /// <summary>Gets the macro-step of <see cref="AtMicroStep"/>.</summary>
    /// <value>Null for faults that belong to no step.</value>
    public MacroStep? AtMacroStep { get; private init; }

    /// <summary>Gets the micro-step at which the node hangs or flaps.</summary>
    /// <value>Null for faults that belong to no step.</value>
    public MicroStepName? AtMicroStep { get; private init; }

    /// <summary>Gets how many attempts at <see cref="AtMicroStep"/> fail before the first that succeeds.</summary>
    /// <value>0 unless the node flaps.</value>
    public int Failures { get; private init; }

    /// <summary>Gets the codes of which the node's fault has one when it has gone through <see cref="StepDefaults.Workflow"/>.</summary>
    /// <value>Empty for a node that ends well.</value>
    public ImmutableArray<FaultCode> ExpectedCodes { get; private init; } = [];

    /// <summary>Gets how the node ends when it goes through <see cref="StepDefaults.Workflow"/>.</summary>
    /// <value><see cref="NodeState.Ok"/> or <see cref="NodeState.Ko"/>.</value>
    public NodeState Expected => ExpectedCodes.IsEmpty ? NodeState.Ok : NodeState.Ko;

    /// <summary>Gives what is decreed for a node.</summary>
    /// <param name="options">The simulated cluster.</param>
    /// <param name="node">The node's name.</param>
    /// <returns>The same plan for the same options and name, for ever.</returns>
    public static FaultPlan For(SimulationOptions options, NodeName node)
    {
        ArgumentNullException.ThrowIfNull(options);
        var chance = StableHash.Of(options.Seed).Add(node.Value);
        if (chance.Add("fault").ToFraction() >= options.FaultRate) return Healthy;
        var kinds = options.Faults.IsDefaultOrEmpty ? AllKinds : options.Faults;
        var kind = kinds[chance.Add("kind").ToIndex(kinds.Length)];
        return kind switch
        {
            FaultKind.HangsAtStep => At(kind, HangingSteps[chance.Add("step").ToIndex(HangingSteps.Length)]),
            FaultKind.Flaps => Flapping(chance),
            _ => new() { Kind = kind, ExpectedCodes = CodesOf(kind) },
        };
    }

    /// <summary>Says whether the fault belongs to a step.</summary>
    /// <param name="kind">The fault that is asked for.</param>
    /// <param name="step">The step.</param>
    /// <returns>Whether the node has this fault at this step.</returns>
    internal bool Concerns(FaultKind kind, StepReference step) => Kind == kind && AtMacroStep == step.MacroStep && AtMicroStep == step.MicroStep;

    private static FaultPlan Flapping(StableHash chance)
    {
        var step = FlappingSteps[chance.Add("step").ToIndex(FlappingSteps.Length)];
        // Calls to controllers are retried twice. Everywhere else one failure is what every macro-step of the default workflow can bear, be it by
        // a retry of the step, of the instance or by the next instance.
        var most = step.Micro == StepNames.Reboot ? StepDefaults.PowerRetries : 1;
        return At(FaultKind.Flaps, step) with { Failures = 1 + chance.Add("failures").ToIndex(most) };
    }

    private static FaultPlan At(FaultKind kind, (MacroStep Macro, MicroStepName Micro) step)
    {
        // Only BootNewEnvClassical unmounts; BootNewEnvHardReboot comes after it and does without.
        var endsWell = kind == FaultKind.Flaps || step.Micro == StepNames.UmountDeployPart;
        return new() { Kind = kind, AtMacroStep = step.Macro, AtMicroStep = step.Micro, ExpectedCodes = endsWell ? [] : CodesOf(kind) };
    }

    private static ImmutableArray<FaultCode> CodesOf(FaultKind kind) => kind switch
    {
        FaultKind.BmcRefuses => [FaultCodes.PowerRefused],
        FaultKind.NeverBoots => [FaultCodes.NoBoot],
        FaultKind.HangsAtStep => [FaultCodes.StepTimeout],
        FaultKind.DiesInBroadcast => [FaultCodes.Broadcast],
        FaultKind.BootsOldSystem => [FaultCodes.NotDeployedSystem],
        _ => [],
    };
}
