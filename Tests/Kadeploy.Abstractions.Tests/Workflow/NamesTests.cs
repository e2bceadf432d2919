using Xunit;

namespace Kadeploy.Tests.Workflow;

public class NamesTests
{
    [Theory]
    [InlineData("SwitchPxe", "SwitchPxe")]
    [InlineData("switch_pxe", "SwitchPxe")]
    [InlineData("switchPxe", "SwitchPxe")]
    [InlineData("Switch_Pxe", "SwitchPxe")]
    [InlineData("reboot", "Reboot")]
    [InlineData("Reboot", "Reboot")]
    [InlineData("format_deploy_part", "FormatDeployPart")]
    [InlineData("manage_admin_pre_install", "ManageAdminPreInstall")]
    [InlineData("wait_reboot", "WaitReboot")]
    [InlineData("a__b_", "AB")]
    [InlineData("step2_x", "Step2X")]
    [InlineData("custom_pre_my-op", "custom_pre_my-op")]
    [InlineData("custom_sub_reboot_all", "custom_sub_reboot_all")]
    public void Micro_steps_are_read_in_either_spelling(string text, string name)
    {
        Assert.True(MicroStepName.TryParse(text, out var step));
        Assert.Equal(name, step.Value);
        Assert.Equal(name, step.ToString());
        Assert.True(MicroStepName.TryParse(step.Value, out var again));
        Assert.Equal(step, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("_reboot")]
    [InlineData("1step")]
    [InlineData("re boot")]
    [InlineData("reboot;")]
    [InlineData("réboot")]
    [InlineData("../reboot")]
    public void Anything_else_is_no_micro_step(string? text)
    {
        Assert.False(MicroStepName.TryParse(text, out var step));
        Assert.Equal(default, step);
        Assert.Equal("", step.Value);
    }

    [Fact]
    public void Case_does_not_tell_names_apart()
    {
        Assert.Equal(new MicroStepName("SwitchPxe"), new MicroStepName("switchpxe"));
        Assert.Equal(new MicroStepName("SwitchPxe").GetHashCode(), new MicroStepName("SWITCHPXE").GetHashCode());
        Assert.NotEqual(new MicroStepName("SwitchPxe"), new MicroStepName("Reboot"));
        Assert.Equal(new InstanceName("BootNewEnvKexec"), new InstanceName("bootnewenvkexec"));
        Assert.Equal(new InstanceName("BootNewEnvKexec").GetHashCode(), new InstanceName("bootnewenvkexec").GetHashCode());
        Assert.NotEqual(new InstanceName("BootNewEnvKexec"), new InstanceName("BootNewEnvClassical"));
    }
}
