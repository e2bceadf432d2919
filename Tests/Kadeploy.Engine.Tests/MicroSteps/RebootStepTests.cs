using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class RebootStepTests
{
    private readonly StepRun _run = new();

    private List<PowerLevel> Levels => [.. _run.Drivers.Power.Reboots.Select(reboot => reboot.Level)];

    [Fact]
    public async Task A_reboot_begins_softly_and_remembers_what_ran()
    {
        _run.Drivers.Channel.Running = new(SystemKind.Installed, "boot-1");
        var facts = await _run.RunAsync("Reboot", "Soft");
        Assert.Equal("boot-1", facts?.BootId);
        Assert.Equal([PowerLevel.Soft], Levels);
    }

    [Fact]
    public async Task A_node_that_answers_nothing_is_rebooted_all_the_same()
    {
        Assert.Null(await _run.RunAsync("Reboot", "Soft"));
        _run.Drivers.Channel.IdentifyFailure = new ChannelLostException("gone");
        Assert.Null(await _run.RunAsync("Reboot", "Soft"));
        Assert.Equal(2, Levels.Count);
    }

    [Fact]
    public async Task Refused_levels_are_followed_by_harder_ones()
    {
        _run.Drivers.Power.Refused.UnionWith([PowerLevel.Soft, PowerLevel.Hard]);
        await _run.RunAsync("Reboot", "Soft");
        Assert.Equal([PowerLevel.Soft, PowerLevel.Hard, PowerLevel.VeryHard], Levels);
    }

    [Fact]
    public async Task When_all_levels_are_refused_the_fault_names_them_all()
    {
        _run.Drivers.Power.Refused.UnionWith(Enum.GetValues<PowerLevel>());
        var failure = await _run.FailAsync("Reboot", "Soft");
        Assert.Equal(FaultCodes.PowerRefused, failure.Code);
        Assert.Equal("node a-1: no reboot at any level (Soft: no Soft; Hard: no Hard; VeryHard: no VeryHard)", failure.Message);
        Assert.Equal(["VeryHard refused"], failure.Evidence);
    }

    [Fact]
    public async Task A_repeated_instance_begins_with_a_reset()
    {
        _run.InstanceAttempt = 2;
        await _run.RunAsync("Reboot", "Soft");
        Assert.Equal([PowerLevel.Hard], Levels);
    }

    [Fact]
    public async Task A_hard_reboot_begins_with_a_reset()
    {
        await _run.RunAsync("Reboot", "Hard");
        Assert.Equal([PowerLevel.Hard], Levels);
    }

    [Fact]
    public async Task Levels_that_the_driver_lacks_are_left_out()
    {
        _run.Drivers.Power.Levels = [PowerLevel.Soft, PowerLevel.VeryHard];
        _run.Drivers.Power.Refused.Add(PowerLevel.Soft);
        await _run.RunAsync("Reboot", "Soft");
        Assert.Equal([PowerLevel.Soft, PowerLevel.VeryHard], Levels);
    }

    [Fact]
    public async Task The_hardest_level_that_exists_is_used_when_none_is_hard_enough()
    {
        _run.Drivers.Power.Levels = [PowerLevel.Soft];
        _run.InstanceAttempt = 2;
        await _run.RunAsync("Reboot", "Soft");
        Assert.Equal([PowerLevel.Soft], Levels);
    }

    [Fact]
    public async Task Without_levels_the_driver_says_what_is_missing()
    {
        _run.Drivers.Power.Levels = [];
        _run.Drivers.Power.Missing = "no ipmitool";
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(() => _run.RunAsync("Reboot", "Soft"));
        Assert.Equal("no ipmitool", failure.Message);
    }

    [Theory]
    [InlineData("RebootFromDeployEnv", null)]
    [InlineData("Kexec", "ToDeployEnv")]
    [InlineData("Kexec", "ToDeployedEnv")]
    public async Task Reboots_by_the_node_itself_remember_what_ran(string step, string? variant)
    {
        _run.Drivers.Channel.Running = new(SystemKind.DeploymentEnvironment, "boot-2");
        Assert.Equal("boot-2", (await _run.RunAsync(step, variant))?.BootId);
        Assert.Single(_run.Commands);
    }

    [Theory]
    [InlineData("RebootFromDeployEnv", null, "KA2404")]
    [InlineData("Kexec", "ToDeployEnv", "KA2106")]
    public async Task A_node_that_refuses_to_reboot_itself_fails(string step, string? variant, string code)
    {
        _run.Drivers.Channel.Answer = _ => new(1, []);
        Assert.Equal(code, (await _run.FailAsync(step, variant)).Code.ToString());
    }

    [Fact]
    public async Task Kexec_into_the_deployment_environment_takes_its_command_line_from_a_file()
    {
        await _run.RunAsync("Kexec", "ToDeployEnv");
        Assert.Equal(
            "kadeploy-kexec --root /dev/shm/kexec_repository --kernel /vmlinuz --initrds /initrd --append-file /dev/shm/kexec_repository/cmdline", _run.Line);
    }

    [Theory]
    [InlineData("quiet", "root=/dev/sda3 console=ttyS0 quiet")]
    [InlineData("root=UUID=1 ro", "console=ttyS0 root=UUID=1 ro")]
    [InlineData("nfsroot=x", "root=/dev/sda3 console=ttyS0 nfsroot=x")]
    public async Task Kexec_into_the_deployed_system_names_its_root_unless_it_is_named(string parameters, string expected)
    {
        _run.SetEnvironment(environment => environment with { Boot = environment.Boot with { Initrd = null, KernelParameters = parameters } });
        await _run.RunAsync("Kexec", "ToDeployedEnv");
        Assert.Equal(["--root", "/mnt/dest", "--kernel", "/boot/vmlinuz", "--append", expected, "--unmount", "/mnt/dest"], _run.Commands[0].Arguments);
    }

    [Theory]
    [InlineData("ClassicalDeploy", SystemKind.DeploymentEnvironment)]
    [InlineData("KexecDeploy", SystemKind.DeploymentEnvironment)]
    [InlineData("ClassicalUser", SystemKind.Installed)]
    [InlineData("KexecUser", SystemKind.Installed)]
    public async Task Waiting_asks_for_the_right_system_and_not_for_the_one_that_ran_before(string variant, SystemKind kind)
    {
        _run.Facts = new() { BootId = "boot-1" };
        await _run.RunAsync("WaitReboot", variant);
        Assert.Equal([(kind, "boot-1")], _run.Drivers.Channel.Waits);
    }
}
