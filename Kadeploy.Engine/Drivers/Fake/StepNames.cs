namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>The micro-steps that change something of which a simulated node knows.</summary>
internal static class StepNames
{
    public static readonly MicroStepName SwitchPxe = new(nameof(MicroSteps.SwitchPxe));
    public static readonly MicroStepName SetVlan = new(nameof(MicroSteps.SetVlan));
    public static readonly MicroStepName Reboot = new(nameof(MicroSteps.Reboot));
    public static readonly MicroStepName RebootFromDeployEnv = new(nameof(MicroSteps.RebootFromDeployEnv));
    public static readonly MicroStepName Kexec = new(nameof(MicroSteps.Kexec));
    public static readonly MicroStepName WaitReboot = new(nameof(MicroSteps.WaitReboot));
    public static readonly MicroStepName SendDeploymentKernel = new(nameof(MicroSteps.SendDeploymentKernel));
    public static readonly MicroStepName ManageAdminPreInstall = new(nameof(MicroSteps.ManageAdminPreInstall));
    public static readonly MicroStepName FindDisk = new(nameof(MicroSteps.FindDisk));
    public static readonly MicroStepName CreatePartitionTable = new(nameof(MicroSteps.CreatePartitionTable));
    public static readonly MicroStepName FormatDeployPart = new(nameof(MicroSteps.FormatDeployPart));
    public static readonly MicroStepName FormatTmpPart = new(nameof(MicroSteps.FormatTmpPart));
    public static readonly MicroStepName FormatSwapPart = new(nameof(MicroSteps.FormatSwapPart));
    public static readonly MicroStepName MountDeployPart = new(nameof(MicroSteps.MountDeployPart));
    public static readonly MicroStepName UmountDeployPart = new(nameof(MicroSteps.UmountDeployPart));
    public static readonly MicroStepName SendEnvironment = new(nameof(MicroSteps.SendEnvironment));
    public static readonly MicroStepName DecompressEnvironment = new(nameof(MicroSteps.DecompressEnvironment));
    public static readonly MicroStepName ManageAdminPostInstall = new(nameof(MicroSteps.ManageAdminPostInstall));
    public static readonly MicroStepName ManageUserPostInstall = new(nameof(MicroSteps.ManageUserPostInstall));
    public static readonly MicroStepName CheckKernelFiles = new(nameof(MicroSteps.CheckKernelFiles));
    public static readonly MicroStepName SendKey = new(nameof(MicroSteps.SendKey));
    public static readonly MicroStepName WriteMarker = new(nameof(MicroSteps.WriteMarker));
    public static readonly MicroStepName InstallBootloader = new(nameof(MicroSteps.InstallBootloader));
    public static readonly MicroStepName Sync = new(nameof(MicroSteps.Sync));
    public static readonly MicroStepName CheckNodes = new(nameof(MicroSteps.CheckNodes));
    public static readonly MicroStepName Dummy = new(nameof(MicroSteps.Dummy));
}
