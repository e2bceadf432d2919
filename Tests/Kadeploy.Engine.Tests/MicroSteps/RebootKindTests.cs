using System.Net;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

/// <summary>What micro-steps do in reboots.</summary>
public class RebootKindTests
{
    private readonly StepRun _run = new();

    private static RebootRequest Request => new()
    {
        Nodes = [NodeName.Parse("a-1")], User = "jane", Into = RebootKind.RecordedEnv, Partition = 4,
        Environment = new() { Name = "debian13", User = "jane", Image = new(new("file:///i.dd"), ImageKind.Dd, ImageCompression.None) },
    };

    [Fact]
    public async Task A_users_profile_is_prepared_as_it_is()
    {
        var profile = new BootProfile("#!ipxe\n");
        _run.Asked = Request with { Into = RebootKind.SetPxe, Profile = profile };
        await _run.RunAsync("SwitchPxe", "SetPxe");
        Assert.Equal(new BootEntry.Custom(profile, "jane"), Assert.Single(_run.Drivers.NetBoot.Entries).Entry);
    }

    [Fact]
    public async Task A_deployment_has_no_profile_of_the_user() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _run.RunAsync("SwitchPxe", "SetPxe"));

    [Fact]
    public async Task The_partition_that_is_asked_for_is_booted()
    {
        _run.Asked = Request;
        await _run.RunAsync("SwitchPxe", "DeployToDeployedEnv");
        Assert.Equal(new BootEntry.LocalDisk("/dev/sda", 4), Assert.Single(_run.Drivers.NetBoot.Entries).Entry);
    }

    [Fact]
    public async Task A_profile_is_written_for_both_addresses_of_a_node_that_changes_its_network()
    {
        _run.Asked = Request with { Vlan = "7" };
        _run.VlanAddress = IPAddress.Parse("10.7.0.1");
        await _run.RunAsync("SwitchPxe", "DeployToDeployedEnv");
        Assert.Equal(2, _run.Drivers.NetBoot.Entries.Count);
        await _run.RunAsync("WaitReboot", "ClassicalAny");
        await _run.RunAsync("WaitReboot", "ClassicalDeploy");
        Assert.Equal(["10.7.0.1", null], _run.Drivers.Channel.Addresses);
    }

    [Fact]
    public async Task Anything_that_comes_up_will_do_and_not_what_ran_before()
    {
        _run.Asked = Request with { Into = RebootKind.Simple };
        _run.Facts = new() { BootId = "boot-1" };
        Assert.Null(await _run.RunAsync("WaitReboot", "ClassicalAny"));
        _run.Drivers.Channel.Up = null;
        Assert.Null(await _run.RunAsync("WaitReboot", "ClassicalAny"));
        Assert.Equal([(null, "boot-1"), (null, "boot-1")], _run.Drivers.Channel.Waits);
    }

    [Theory]
    [InlineData("/dev/sda4", null)]
    [InlineData(null, null)]
    [InlineData("/dev/mapper/root", null)]
    [InlineData("/dev/sda3", "has its root on /dev/sda3; debian13 version 1 on /dev/sda4 was expected")]
    public async Task What_came_up_is_compared_with_the_partition(string? root, string? problem)
    {
        _run.Asked = Request;
        _run.Drivers.Channel.Running = new(SystemKind.Installed, "boot-2") { RootDevice = root };
        if (problem is null) await _run.RunAsync("CheckRecordedEnv");
        else Assert.Contains(problem, (await _run.FailAsync("CheckRecordedEnv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_system_that_cannot_be_asked_counts_and_the_deployment_environment_does_not()
    {
        _run.Asked = Request;
        await _run.RunAsync("CheckRecordedEnv");
        _run.Drivers.Channel.Running = new(SystemKind.DeploymentEnvironment, "boot-2");
        Assert.Equal(FaultCodes.WrongSystem, (await _run.FailAsync("CheckRecordedEnv")).Code);
    }

    [Fact]
    public async Task Where_a_rule_finds_the_disk_the_number_of_the_partition_counts()
    {
        _run.Asked = Request;
        _run.Cluster = _run.Cluster with { DiskRule = new() { Smallest = true } };
        _run.Drivers.Channel.Running = new(SystemKind.Installed, "boot-2") { RootDevice = "/dev/nvme1n1p4" };
        await _run.RunAsync("CheckRecordedEnv");
        _run.Drivers.Channel.Running = new(SystemKind.Installed, "boot-2") { RootDevice = "/dev/nvme1n1p14" };
        await _run.FailAsync("CheckRecordedEnv");
    }

    [Fact]
    public async Task A_key_goes_into_the_deployment_environment()
    {
        _run.Asked = Request with { Into = RebootKind.DeployEnv, AuthorizedKeys = "ssh-ed25519 AAAA jane" };
        await _run.RunAsync("SendKeyInDeployEnv");
        Assert.Equal("ssh-ed25519 AAAA jane", Assert.Single(_run.Commands).StandardInput);
    }

    [Fact]
    public async Task Scripts_of_a_reboot_know_the_environment_that_is_booted_and_those_of_power_none()
    {
        var operation = new CustomOperation
        {
            Name = "say", Target = "Reboot", MicroStep = new("Reboot"), Placement = CustomPlacement.Before, Action = CustomAction.Exec, Arguments = ["wall"],
        };
        _run.Asked = Request;
        await _run.RunAsync("custom_pre_say", custom: operation);
        Assert.Equal(("debian13", "/dev/sda4"), (_run.Commands[0].Environment["KADEPLOY_ENV"], _run.Commands[0].Environment["KADEPLOY_DEPLOY_PART"]));
        _run.Asked = new PowerRequest { Nodes = Request.Nodes, User = "jane", Action = PowerAction.Off };
        await _run.RunAsync("custom_pre_say", custom: operation);
        Assert.Equal(("a", false), (_run.Commands[1].Environment["KADEPLOY_CLUSTER"], _run.Commands[1].Environment.ContainsKey("KADEPLOY_ENV")));
    }
}
