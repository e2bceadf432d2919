using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>The table of micro-steps, one line each.</summary>
internal static class StepCatalog
{
    /// <summary>The step without work that holds nodes back at the end of an instance; it has a scope, but no row in the table.</summary>
    public static readonly MicroStepName HoldNodes = new(nameof(HoldNodes));

    private static readonly ImmutableArray<ThrottledResource> Boots = [ThrottledResource.BootsInFlight];

    /// <summary>Gets the micro-steps by name.</summary>
    public static FrozenDictionary<MicroStepName, MicroStepDefinition> All { get; } = new[]
    {
        // Boot and network.
        Row(new SwitchPxe(), FaultCodes.BootProfile) with { Need = StepNeed.NetBoot },
        Row(new SetVlan(), FaultCodes.Vlan) with { Need = StepNeed.Vlan },
        Row(new Reboot(), FaultCodes.PowerRefused) with
        {
            Need = StepNeed.Power, Repeatable = false, Resources = [ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls],
            Timeout = StepDefaults.PowerTimeout, TimeoutFault = FaultCodes.PowerTimeout, Retries = StepDefaults.PowerRetries,
        },
        Row(new Power(), FaultCodes.PowerRefused) with
        {
            Need = StepNeed.Power, Resources = [ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls],
            Timeout = StepDefaults.SwitchTimeout, TimeoutFault = FaultCodes.PowerTimeout, Retries = StepDefaults.PowerRetries,
        },
        Row(new PowerStatus(), FaultCodes.PowerRefused) with
        {
            Need = StepNeed.Power, Resources = [ThrottledResource.BmcCalls], Timeout = StepDefaults.PowerTimeout, TimeoutFault = FaultCodes.PowerTimeout,
        },
        Row(new RebootFromDeployEnv()) with { Repeatable = false, Resources = Boots },
        Row(new SendDeploymentKernel()),
        Row(new Kexec()) with { Repeatable = false, Resources = Boots },
        Row(new WaitReboot(), FaultCodes.NoBoot) with { Resources = Boots, Timeout = StepDefaults.RebootTimeout, TimeoutFault = FaultCodes.NoBoot },
        Row(new CheckNodes(), FaultCodes.WrongSystem),

        Row(new CheckRecordedEnv(), FaultCodes.WrongSystem),

        // Disk.
        Row(new FindDisk()),
        Row(new CreatePartitionTable()),
        Row(new FormatDeployPart()),
        Row(new FormatTmpPart()),
        Row(new FormatSwapPart()),
        Row(new MountDeployPart()),
        Row(new MountTmpPart()),
        Row(new UmountDeployPart()),
        Row(new Sync()),

        // Image.
        Row(new SendEnvironment(), FaultCodes.Broadcast) with
        {
            Need = StepNeed.Broadcaster, Repeatable = false, Resources = [ThrottledResource.Broadcasts], Timeout = StepDefaults.BroadcastTimeout,
        },
        Row(new DecompressEnvironment()) with { Timeout = StepDefaults.ScriptTimeout },

        // What goes on and around it.
        Row(new SendKeyInDeployEnv()),
        Row(new ManageAdminPreInstall()) with { Repeatable = false, Timeout = StepDefaults.ScriptTimeout },
        Row(new ManageAdminPostInstall()) with { Repeatable = false, Timeout = StepDefaults.ScriptTimeout },
        Row(new ManageUserPostInstall()) with { Repeatable = false, Timeout = StepDefaults.ScriptTimeout },
        Row(new CheckKernelFiles()),
        Row(new SendKey()),
        Row(new WriteMarker()),
        Row(new InstallBootloader()),

        // Proof, and nothing.
        Row(new VerifySystem(), FaultCodes.NotDeployedSystem),
        Row(new Dummy(), FaultCodes.Internal) with { Need = StepNeed.Nothing },

        // As long as its user wants it.
        Row(new HoldConsole(), FaultCodes.ConsoleUnreachable) with { Need = StepNeed.Console, Repeatable = false, Timeout = TimeoutExpression.None },
    }.ToFrozenDictionary(static step => step.Name);

    /// <summary>Gets what all custom operations share; their names, limits and retries are their own.</summary>
    /// <remarks>Made again under the number that an engine which was killed gave it, a program is not run a second time: the agent knows it, and tells
    /// how it ends.</remarks>
    public static MicroStepDefinition CustomOperation { get; } = Row(new CustomOperationStep()) with { Timeout = TimeoutExpression.None };

    /// <summary>Finds what does a planned step.</summary>
    /// <param name="plan">The step; not a barrier, for which nothing is done.</param>
    /// <returns>Its definition.</returns>
    /// <exception cref="KeyNotFoundException">There is none: the plan was made by another version.</exception>
    public static MicroStepDefinition Of(MicroStepPlan plan) => plan.Custom is null ? All[plan.Step.MicroStep] : CustomOperation;

    private static MicroStepDefinition Row<TContext>(CommandStep<TContext> step)
        where TContext : StepContext => Row(step, step.Fault);

    private static MicroStepDefinition Row(object implementation, FaultCode fault) => new()
    {
        Name = new(implementation.GetType().Name), Fault = fault, Timeout = StepDefaults.CommandTimeout, Implementation = implementation,
    };
}
