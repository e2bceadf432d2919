using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>The ways into the deployment environment, with the disk prepared.</summary>
internal static class SetDeploymentEnv
{
    private static readonly ImmutableArray<InstanceStep> PrepareDisk =
    [
        nameof(FindDisk),
        nameof(SendKeyInDeployEnv),
        nameof(CreatePartitionTable),
        nameof(FormatDeployPart),
        nameof(MountDeployPart),
        nameof(FormatTmpPart),
        nameof(FormatSwapPart),
    ];

    /// <summary>Gets the implementations.</summary>
    public static ImmutableArray<InstanceDefinition> Instances { get; } =
    [
        // Nothing on the disk is trusted: the node boots over the network.
        new(MacroStep.SetDeploymentEnv, "Untrusted",
        [
            (nameof(SwitchPxe), SwitchPxe.ProdToDeployEnv),
            (nameof(SetVlan), SetVlan.Default),
            (nameof(Reboot), Reboot.Soft),
            (nameof(WaitReboot), WaitReboot.ClassicalDeploy),
            .. PrepareDisk,
        ]),

        // The system that runs starts the deployment environment itself.
        new(MacroStep.SetDeploymentEnv, "Kexec",
        [
            (nameof(SetVlan), SetVlan.Default),
            nameof(SendDeploymentKernel),
            nameof(Sync),
            (nameof(Kexec), Kexec.ToDeployEnv),
            (nameof(WaitReboot), WaitReboot.KexecDeploy),
            .. PrepareDisk,
        ]),

        // The environment brings the script that prepares the disk.
        new(MacroStep.SetDeploymentEnv, "UntrustedCustomPreInstall",
        [
            (nameof(SwitchPxe), SwitchPxe.ProdToDeployEnv),
            (nameof(SetVlan), SetVlan.Default),
            (nameof(Reboot), Reboot.Soft),
            (nameof(WaitReboot), WaitReboot.ClassicalDeploy),
            nameof(FindDisk),
            nameof(SendKeyInDeployEnv),
            nameof(ManageAdminPreInstall),
        ]),

        // The running production system is the deployment environment.
        new(MacroStep.SetDeploymentEnv, "Prod",
        [
            nameof(FindDisk),
            (nameof(CheckNodes), CheckNodes.ProdEnvBooted),
            nameof(FormatDeployPart),
            nameof(MountDeployPart),
            nameof(FormatTmpPart),
        ]),

        new(MacroStep.SetDeploymentEnv, "Nfsroot",
        [
            (nameof(SwitchPxe), SwitchPxe.ProdToNfsrootEnv),
            (nameof(SetVlan), SetVlan.Default),
            (nameof(Reboot), Reboot.Soft),
            (nameof(WaitReboot), WaitReboot.ClassicalDeploy),
            .. PrepareDisk,
        ]),

        new(MacroStep.SetDeploymentEnv, "Dummy", [nameof(Dummy), nameof(Dummy)]),
    ];
}
