using System.Collections.Frozen;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Inventories;

/// <summary>What the end of an operation changes of what is known of a node.</summary>
/// <param name="IsRecorded">Whether it becomes the last thing that happened to the node.</param>
/// <param name="Environment">What follows for the environment that is known to be on the disk.</param>
internal readonly record struct NodeStateChange(bool IsRecorded, EnvironmentChange Environment);

/// <summary>What follows for the environment that is known to be on a node's disk.</summary>
internal enum EnvironmentChange
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>The operation's environment is there now.</summary>
    Set,

    /// <summary>Nothing is known to be there any more, if a step had begun that may write to the disk.</summary>
    ForgetIfWritten,
}

/// <summary>Decides what the journal's events mean for the state of nodes. The migration that introduced the states does the same in SQL.</summary>
internal static class NodeStateRules
{
    /// <summary>The micro-steps that leave alone what an environment consists of; of all others, and of custom operations, nobody can say it.</summary>
    private static readonly FrozenSet<string> Harmless = new[]
    {
        nameof(SwitchPxe), nameof(SetVlan), nameof(Reboot), nameof(RebootFromDeployEnv), nameof(SendDeploymentKernel), nameof(Kexec), nameof(WaitReboot),
        nameof(CheckNodes), nameof(FindDisk), nameof(MountDeployPart), nameof(MountTmpPart), nameof(UmountDeployPart), nameof(FormatTmpPart),
        nameof(FormatSwapPart), nameof(Sync), nameof(SendKeyInDeployEnv), nameof(VerifySystem), nameof(CheckKernelFiles),
        nameof(CheckRecordedEnv), nameof(MicroSteps.Power), nameof(Dummy), nameof(StepCatalog.HoldNodes),
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Gets their names, for the test that compares them with the migration's.</summary>
    internal static IEnumerable<string> HarmlessSteps => Harmless;

    /// <summary>Says whether a micro-step may write to the disk of what is deployed there.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Whether it may.</returns>
    public static bool MayWrite(StepReference step) => !Harmless.Contains(step.MicroStep.Value);

    /// <summary>Says what the end of an operation on a node changes.</summary>
    /// <param name="kind">The kind of operation.</param>
    /// <param name="end">How it ended on the node.</param>
    /// <param name="hasBegun">Whether any step had begun.</param>
    /// <returns>The change.</returns>
    public static NodeStateChange Of(OperationKind kind, NodeState end, bool hasBegun) => (kind, end) switch
    {
        (_, NodeState.Discarded) => new(false, EnvironmentChange.Keep),
        (_, NodeState.Cancelled) when !hasBegun => new(false, EnvironmentChange.Keep),
        (OperationKind.Deployment, NodeState.Ok) => new(true, EnvironmentChange.Set),
        (OperationKind.Deployment, _) => new(true, EnvironmentChange.ForgetIfWritten),
        _ => new(true, EnvironmentChange.Keep),
    };

    /// <summary>Puts what is known of a node in one word.</summary>
    /// <param name="activity">What is known.</param>
    /// <returns>The same with its <see cref="NodeActivity.Condition"/>.</returns>
    public static NodeActivity Judge(NodeActivity activity) => activity with
    {
        Condition = activity switch
        {
            { Holder: not null } => NodeCondition.Busy,
            { Last: null } => NodeCondition.NeverUsed,
            { Last.State: NodeState.Ko } => NodeCondition.Failed,
            { Last.State: NodeState.Stopped } => NodeCondition.Stopped,
            { Last.State: NodeState.Cancelled } => NodeCondition.Cancelled,
            { Environment: not null } => NodeCondition.Deployed,
            _ => NodeCondition.Unknown,
        },
    };
}
