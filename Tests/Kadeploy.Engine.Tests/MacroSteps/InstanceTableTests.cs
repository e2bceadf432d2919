using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;
using Xunit;

namespace Kadeploy.Engine.Tests.MacroSteps;

/// <summary>The tables, word for word as Kadeploy 3 does it.</summary>
public class InstanceTableTests
{
    private const string Prepare = "FindDisk, SendKeyInDeployEnv, CreatePartitionTable, FormatDeployPart, MountDeployPart, FormatTmpPart, FormatSwapPart";

    private const string Finish =
        "SendEnvironment, DecompressEnvironment, MountDeployPart, ManageAdminPostInstall, ManageUserPostInstall, CheckKernelFiles, SendKey, "
        + "InstallBootloader, WriteMarker, Sync";

    [Theory]
    [InlineData("SetDeploymentEnvUntrusted", $"SwitchPxe(ProdToDeployEnv), SetVlan(Default), Reboot(Soft), WaitReboot(ClassicalDeploy), {Prepare}")]
    [InlineData("SetDeploymentEnvKexec", $"SetVlan(Default), SendDeploymentKernel, Sync, Kexec(ToDeployEnv), WaitReboot(KexecDeploy), {Prepare}")]
    [InlineData("SetDeploymentEnvUntrustedCustomPreInstall",
        "SwitchPxe(ProdToDeployEnv), SetVlan(Default), Reboot(Soft), WaitReboot(ClassicalDeploy), FindDisk, SendKeyInDeployEnv, ManageAdminPreInstall")]
    [InlineData("SetDeploymentEnvProd", "FindDisk, CheckNodes(ProdEnvBooted), FormatDeployPart, MountDeployPart, FormatTmpPart")]
    [InlineData("SetDeploymentEnvNfsroot", $"SwitchPxe(ProdToNfsrootEnv), SetVlan(Default), Reboot(Soft), WaitReboot(ClassicalDeploy), {Prepare}")]
    [InlineData("SetDeploymentEnvDummy", "Dummy, Dummy")]
    [InlineData("BroadcastEnvUnicast", Finish)]
    [InlineData("BroadcastEnvChain", Finish)]
    [InlineData("BroadcastEnvTree", Finish)]
    [InlineData("BroadcastEnvMulticast", Finish)]
    [InlineData("BroadcastEnvCustom", Finish)]
    [InlineData("BroadcastEnvBittorrent", $"MountTmpPart, {Finish}")]
    [InlineData("BroadcastEnvDummy", "Dummy")]
    [InlineData("BootNewEnvClassical",
        "SwitchPxe(DeployToDeployedEnv), UmountDeployPart, RebootFromDeployEnv, SetVlan(Requested), WaitReboot(ClassicalUser)")]
    [InlineData("BootNewEnvKexec",
        "SwitchPxe(DeployToDeployedEnv), UmountDeployPart, MountDeployPart, Kexec(ToDeployedEnv), SetVlan(Requested), WaitReboot(KexecUser)")]
    [InlineData("BootNewEnvHardReboot", "SwitchPxe(DeployToDeployedEnv), Reboot(Hard), SetVlan(Requested), WaitReboot(ClassicalUser)")]
    [InlineData("BootNewEnvDummy", "Dummy")]
    [InlineData("VerifyStandard", "VerifySystem")]
    [InlineData("VerifyNone", "Dummy")]
    [InlineData("RebootSimple", "Reboot(Requested), SetVlan(Requested), WaitReboot(ClassicalAny)")]
    [InlineData("RebootSetPxe", "SwitchPxe(SetPxe), Reboot(Requested), SetVlan(Requested), WaitReboot(ClassicalAny)")]
    [InlineData("RebootDeployEnv", "SwitchPxe(ProdToDeployEnv), Reboot(Requested), SetVlan(Requested), WaitReboot(ClassicalDeploy), SendKeyInDeployEnv")]
    [InlineData("RebootRecordedEnv", "SwitchPxe(DeployToDeployedEnv), Reboot(Requested), SetVlan(Requested), WaitReboot(ClassicalAny), CheckRecordedEnv")]
    [InlineData("PowerStatus", "PowerStatus")]
    [InlineData("PowerOn", "Power(On)")]
    [InlineData("PowerOff", "Power(Off)")]
    [InlineData("PowerCycle", "Power(Off), Power(On)")]
    [InlineData("ConsoleSession", "HoldConsole")]
    public void Each_instance_has_its_micro_steps_in_their_order(string name, string expected)
    {
        var instance = InstanceCatalog.Find(new InstanceName(name));
        Assert.NotNull(instance);
        Assert.Equal(
            expected, string.Join(", ", instance.MicroSteps.Select(step => step.Variant is null ? step.Name.Value : $"{step.Name}({step.Variant})")));
        Assert.StartsWith(instance.MacroStep.ToString(), instance.Name.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_above_is_complete() => Assert.Equal(28, InstanceCatalog.All.Length);

    [Fact]
    public void Tables_and_catalogue_name_the_same_micro_steps() =>
        Assert.Equal(
            StepCatalog.All.Keys.Select(name => name.Value).Order(),
            InstanceCatalog.All.SelectMany(instance => instance.MicroSteps).Select(step => step.Name.Value).Distinct().Order());

    [Fact]
    public void Each_instance_names_only_micro_steps_that_understand_its_kind_of_operation() =>
        Assert.All(
            InstanceCatalog.All,
            instance => Assert.All(instance.MicroSteps, step => Assert.True(
                StepCatalog.All[step.Name].Context.IsAssignableFrom(ContextOf(instance.MacroStep)), $"{step.Name} in {instance.Name}")));

    private static Type ContextOf(MacroStep macroStep) => macroStep switch
    {
        MacroStep.Reboot => typeof(RebootContext),
        MacroStep.Power => typeof(PowerContext),
        MacroStep.Console => typeof(ConsoleContext),
        _ => typeof(DeploymentContext),
    };

    [Fact]
    public void Names_are_found_in_any_case_full_or_short()
    {
        Assert.Equal("BroadcastEnvChain", InstanceCatalog.Find(new InstanceName("broadcastenvCHAIN"))?.Name.Value);
        Assert.Equal("BroadcastEnvChain", InstanceCatalog.Find(MacroStep.BroadcastEnv, "chain")?.Name.Value);
        Assert.Equal("BootNewEnvKexec", InstanceCatalog.Find(MacroStep.BootNewEnv, "Kexec")?.Name.Value);
        Assert.Null(InstanceCatalog.Find(new InstanceName("Chain")));
        Assert.Null(InstanceCatalog.Find(MacroStep.Verify, "Chain"));
    }

    [Fact]
    public void The_usual_workflow_exists() =>
        Assert.All(
            StepDefaults.Workflow.SelectMany(choice => choice.Instances.Select(instance => (choice.MacroStep, instance.Name))),
            it => Assert.Equal(it.MacroStep, InstanceCatalog.Find(it.Name)?.MacroStep));
}
