using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>The ways of starting what was deployed.</summary>
internal static class BootNewEnv
{
    /// <summary>Gets the implementations.</summary>
    public static ImmutableArray<InstanceDefinition> Instances { get; } =
    [
        new(MacroStep.BootNewEnv, "Classical",
        [
            (nameof(SwitchPxe), SwitchPxe.DeployToDeployedEnv),
            nameof(UmountDeployPart),
            nameof(RebootFromDeployEnv),
            (nameof(SetVlan), SetVlan.Requested),
            (nameof(WaitReboot), WaitReboot.ClassicalUser),
        ]),

        new(MacroStep.BootNewEnv, "Kexec",
        [
            (nameof(SwitchPxe), SwitchPxe.DeployToDeployedEnv),
            nameof(UmountDeployPart),
            nameof(MountDeployPart),
            (nameof(Kexec), Kexec.ToDeployedEnv),
            (nameof(SetVlan), SetVlan.Requested),
            (nameof(WaitReboot), WaitReboot.KexecUser),
        ]),

        // For nodes on which the deployment environment does not answer any more.
        new(MacroStep.BootNewEnv, "HardReboot",
        [
            (nameof(SwitchPxe), SwitchPxe.DeployToDeployedEnv),
            (nameof(Reboot), Reboot.Hard),
            (nameof(SetVlan), SetVlan.Requested),
            (nameof(WaitReboot), WaitReboot.ClassicalUser),
        ]),

        new(MacroStep.BootNewEnv, "Dummy", [nameof(Dummy)]),
    ];
}
