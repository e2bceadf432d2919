namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>The micro-steps that change something of which a simulated node knows.</summary>
internal static class StepNames
{
    public static readonly MicroStepName SwitchPxe = new("SwitchPxe");
    public static readonly MicroStepName SetVlan = new("SetVlan");
    public static readonly MicroStepName Reboot = new("Reboot");
    public static readonly MicroStepName RebootFromDeployEnv = new("RebootFromDeployEnv");
    public static readonly MicroStepName Kexec = new("Kexec");
    public static readonly MicroStepName WaitReboot = new("WaitReboot");
    public static readonly MicroStepName Power = new("Power");
    public static readonly MicroStepName SendDeploymentKernel = new("SendDeploymentKernel");
    public static readonly MicroStepName ManageAdminPreInstall = new("ManageAdminPreInstall");
    public static readonly MicroStepName CreatePartitionTable = new("CreatePartitionTable");
    public static readonly MicroStepName FormatDeployPart = new("FormatDeployPart");
    public static readonly MicroStepName FormatTmpPart = new("FormatTmpPart");
    public static readonly MicroStepName FormatSwapPart = new("FormatSwapPart");
    public static readonly MicroStepName MountDeployPart = new("MountDeployPart");
    public static readonly MicroStepName UmountDeployPart = new("UmountDeployPart");
    public static readonly MicroStepName SendEnvironment = new("SendEnvironment");
    public static readonly MicroStepName DecompressEnvironment = new("DecompressEnvironment");
    public static readonly MicroStepName ManageAdminPostInstall = new("ManageAdminPostInstall");
    public static readonly MicroStepName ManageUserPostInstall = new("ManageUserPostInstall");
    public static readonly MicroStepName CheckKernelFiles = new("CheckKernelFiles");
    public static readonly MicroStepName SendKey = new("SendKey");
    public static readonly MicroStepName InstallBootloader = new("InstallBootloader");
    public static readonly MicroStepName Sync = new("Sync");
    public static readonly MicroStepName CheckNodes = new("CheckNodes");
    public static readonly MicroStepName Dummy = new("Dummy");
}
