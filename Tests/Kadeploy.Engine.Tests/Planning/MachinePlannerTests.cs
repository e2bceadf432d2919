using System.Collections.Frozen;
using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Sites;
using Kadeploy.Engine.Planning;
using Kadeploy.TestKit.Drivers;
using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

/// <summary>Plans of reboots, power operations and consoles.</summary>
public class MachinePlannerTests
{
    private static readonly NodeName First = NodeName.Parse("a-1");

    private static readonly KaEnvironment Recorded = new()
    {
        Name = "debian13", User = "jane", FileSystem = "ext4",
        Image = new(new("file:///images/debian13.tar.zst"), ImageKind.Tar, ImageCompression.Zstd), Boot = new() { Kernel = "/vmlinuz" },
    };

    private readonly RecordingDrivers _drivers = new();
    private ConsoleLines? _lines;

    private readonly List<Node> _nodes = [.. Enumerable.Range(1, 3).Select(i => new Node { Name = NodeName.Parse($"a-{i}"), Cluster = "a" })];

    private static RebootRequest Reboot(RebootKind kind) => new() { Nodes = [First], User = "jane", Into = kind };

    private static PowerRequest Power(PowerAction action) => new() { Nodes = [First], User = "jane", Action = action };

    [Theory]
    [InlineData(RebootKind.Simple, "Reboot(Soft), WaitReboot(ClassicalAny)")]
    [InlineData(RebootKind.SetPxe, "SwitchPxe(SetPxe), Reboot(Soft), WaitReboot(ClassicalAny)")]
    [InlineData(RebootKind.DeployEnv, "SwitchPxe(ProdToDeployEnv), Reboot(Soft), WaitReboot(ClassicalDeploy)")]
    [InlineData(RebootKind.RecordedEnv, "SwitchPxe(DeployToDeployedEnv), Reboot(Soft), WaitReboot(ClassicalAny), CheckRecordedEnv")]
    public void Each_kind_of_reboot_has_its_steps(RebootKind kind, string expected)
    {
        var plan = Plan(Complete(kind));
        Assert.Equal((OperationKind.Reboot, true), (plan.Kind, plan.HoldsNodes));
        Assert.Equal(expected, Steps(plan));
        Assert.Equal($"Reboot{kind}", plan.Clusters[0].MacroSteps.Single().Instances.Single().Name.Value);
        Assert.StartsWith("R-", plan.Operation.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_left_out_says_why()
    {
        var instance = Plan(Complete(RebootKind.DeployEnv)).Clusters[0].MacroSteps[0].Instances[0];
        Assert.Equal(
            ["SetVlan: no network was asked for", "SendKeyInDeployEnv: no key was given"],
            instance.Bypassed.Select(static step => $"{step.MicroStep}: {step.Reason}"));
        Assert.Equal((0, TimeoutExpression.None), (instance.Retries, instance.Timeout));
    }

    [Fact]
    public void Network_key_level_and_limit_are_those_that_are_asked_for()
    {
        var plan = Plan(Complete(RebootKind.DeployEnv) with
        {
            Vlan = "lab-7", AuthorizedKeys = "ssh-ed25519 AAAA jane", Level = PowerLevel.VeryHard, RebootTimeout = TimeoutExpression.Parse("10 + n"),
        });
        Assert.Equal("SwitchPxe(ProdToDeployEnv), Reboot(VeryHard), SetVlan(Requested), WaitReboot(ClassicalDeploy), SendKeyInDeployEnv", Steps(plan));
        Assert.Equal("10 + n", Step(plan, "WaitReboot").Timeout.Text);
        Assert.Equal(new Cluster { Name = "a" }.RebootTimeout, Step(Plan(Complete(RebootKind.Simple)), "WaitReboot").Timeout);
    }

    [Theory]
    [InlineData(PowerAction.Status, "PowerStatus", false)]
    [InlineData(PowerAction.On, "Power(On)", true)]
    [InlineData(PowerAction.Off, "Power(Off)", true)]
    [InlineData(PowerAction.Cycle, "Power(Off), Power(On)", true)]
    public void Each_power_operation_has_its_steps_and_only_what_switches_holds_nodes(PowerAction action, string expected, bool holds)
    {
        var plan = Plan(Power(action));
        Assert.Equal((OperationKind.Power, expected, holds), (plan.Kind, Steps(plan), plan.HoldsNodes));
    }

    [Fact]
    public void A_console_is_that_of_one_node_that_nobody_has_to_give_free()
    {
        _lines = Lines(new ConsoleAccess.File(new("/var/log/HOSTNAME_SHORT")), readOnly: true);
        var request = new ConsoleRequest { Nodes = [First], User = "jane", ReadOnly = true };
        var plan = Plan(request);
        Assert.Equal((OperationKind.Console, "HoldConsole", false), (plan.Kind, Steps(plan), plan.HoldsNodes));
        Assert.StartsWith("C-", plan.Operation.Value, StringComparison.Ordinal);
        Assert.Equal(
            ["a console is that of one node, and 2 are named; name one"], Problems(request with { Nodes = [First, NodeName.Parse("a-2")] }));
    }

    [Fact]
    public void A_console_that_cannot_be_used_as_asked_is_refused()
    {
        var request = new ConsoleRequest { Nodes = [First], User = "jane" };
        Assert.Equal(["ConsoleSession cannot be used: no console is configured"], Problems(request));
        _lines = Lines(new ConsoleAccess.None("no console is configured for cluster 'a'"), readOnly: false);
        Assert.Equal(["ConsoleSession cannot be used: no console is configured for cluster 'a'"], Problems(request));
        _lines = Lines(new ConsoleAccess.File(new("/var/log/HOSTNAME_SHORT")), readOnly: false);
        Assert.Contains("on which nobody can type; look on with --watch", Assert.Single(Problems(request)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_belongs_to_another_kind_and_what_is_missing_is_told_all_at_once()
    {
        var stray = Complete(RebootKind.RecordedEnv) with
        {
            Into = RebootKind.SetPxe, AuthorizedKeys = "ssh-ed25519 AAAA", BlockDevice = "/dev/sda", Vlan = "-m", Nodes = [First, NodeName.Parse("b-9")],
        };
        var problems = string.Join('\n', Problems(stray));
        foreach (var expected in new[]
                 {
                     "a reboot of kind set_pxe needs a boot profile", "an environment was given, which means nothing for a reboot of kind set_pxe",
                     "a partition was given", "a block device was given", "a key was given", "the VLAN '-m' is no name of a network", "node 'b-9' is not known",
                 }) Assert.Contains(expected, problems, StringComparison.Ordinal);
        Assert.Equal(
            ["a reboot of kind recorded_env needs an environment", "a reboot of kind recorded_env needs a partition"], Problems(Reboot(RebootKind.RecordedEnv)));
    }

    [Theory]
    [InlineData("", "", "the boot profile is empty")]
    [InlineData("boot NODE_SINGULARITY", "", "no text is given for a-1")]
    [InlineData("boot", "a-1=one", "the boot profile has no NODE_SINGULARITY")]
    [InlineData("boot \u0001", "", "holds control characters")]
    [InlineData("NODE_SINGULARITY", "a-1=\u0007", "text of node a-1 holds control characters")]
    public void A_profile_that_makes_no_sense_is_refused(string text, string singularities, string expected)
    {
        var pairs = singularities.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('='));
        var profile = new BootProfile(text) { Singularities = pairs.ToImmutableDictionary(static pair => NodeName.Parse(pair[0]), static pair => pair[1]) };
        Assert.Contains(Problems(Reboot(RebootKind.SetPxe) with { Profile = profile }), problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("file:///boot/a%20b", "cannot be named as it is")]
    [InlineData("file:///boot/.hidden", "cannot be named as it is")]
    [InlineData("file:///a/kernel file:///b/kernel", "2 boot files are called 'kernel'")]
    [InlineData("https://me:secret@host/kernel", "holds a user or a password")]
    public void Boot_files_have_names_that_stay_in_their_folder(string files, string expected)
    {
        var profile = new BootProfile("boot") { Files = [.. files.Split(' ').Select(static file => new Uri(file))] };
        var problems = Problems(Reboot(RebootKind.SetPxe) with { Profile = profile });
        Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_user_whose_name_is_a_path_has_no_boot_files()
    {
        var profile = new BootProfile("boot") { Files = [new("file:///boot/kernel")] };
        Assert.Contains("user '../jane' cannot have boot files", Assert.Single(Problems(Reboot(RebootKind.SetPxe) with { Profile = profile, User = "../jane" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_that_no_controller_has_is_refused()
    {
        _drivers.Power.Levels = [PowerLevel.Soft, PowerLevel.Hard];
        Assert.Contains("it cuts the power of nodes", Assert.Single(Problems(Reboot(RebootKind.Simple) with { Level = PowerLevel.VeryHard })), StringComparison.Ordinal);
        _drivers.Power.Levels = [];
        _drivers.Power.Missing = "no ipmitool";
        Assert.Equal(["RebootSimple cannot be used: no ipmitool"], Problems(Reboot(RebootKind.Simple)));
        Assert.Equal(["PowerOn cannot be used: no ipmitool"], Problems(Power(PowerAction.On)));
        Assert.Equal(["PowerStatus cannot be used: no ipmitool"], Problems(Power(PowerAction.Status)));
    }

    [Fact]
    public void A_network_that_nobody_can_change_is_refused()
    {
        _drivers.Vlan.Missing = "write server.vlan.set_cmd";
        Assert.Equal(["RebootSimple cannot be used: write server.vlan.set_cmd"], Problems(Reboot(RebootKind.Simple) with { Vlan = "7" }));
    }

    [Fact]
    public void Breakpoints_and_custom_operations_belong_to_the_one_macro_step()
    {
        var operation = new CustomOperation
        {
            Name = "say", Target = "Reboot", MicroStep = new("Reboot"), Placement = CustomPlacement.Before, Action = CustomAction.Exec, Arguments = ["wall", "bye"],
        };
        var plan = Plan(Reboot(RebootKind.Simple) with { CustomOperations = [operation], Breakpoint = "Reboot:WaitReboot" });
        Assert.Equal("custom_pre_say, Reboot(Soft), WaitReboot(ClassicalAny)", Steps(plan));
        Assert.True(Step(plan, "WaitReboot").Breakpoint);
        Assert.Contains("known are Reboot", Assert.Single(Problems(Reboot(RebootKind.Simple) with { Breakpoint = "Zzzzzzzzz" })), StringComparison.Ordinal);
        Assert.Contains("is not used on cluster a", Assert.Single(Problems(Reboot(RebootKind.Simple) with { Breakpoint = "BroadcastEnv" })), StringComparison.Ordinal);
        Assert.Contains(
            "Reboot of SetDeploymentEnv is not used in this operation",
            Assert.Single(Problems(Reboot(RebootKind.Simple) with { CustomOperations = [operation with { Target = "SetDeploymentEnv" }] })), StringComparison.Ordinal);
    }

    private static RebootRequest Complete(RebootKind kind) => kind switch
    {
        RebootKind.SetPxe => Reboot(kind) with { Profile = new("#!ipxe\nboot") },
        RebootKind.RecordedEnv => Reboot(kind) with { Environment = Recorded, Partition = 4 },
        _ => Reboot(kind),
    };

    private static string Steps(OperationPlan plan) => string.Join(", ", plan.Clusters.Single().MacroSteps.Single().Instances.Single().MicroSteps
        .Select(static step => step.Variant is null ? step.Step.MicroStep.Value : $"{step.Step.MicroStep}({step.Variant})"));

    private static MicroStepPlan Step(OperationPlan plan, string name) =>
        plan.Clusters[0].MacroSteps[0].Instances[0].MicroSteps.Single(step => step.Step.MicroStep == new MicroStepName(name));

    private static ConsoleLines Lines(ConsoleAccess access, bool readOnly) =>
        new(new(new Dictionary<string, ConsoleAccess> { ["a"] = access }.ToFrozenDictionary()), new(), readOnly);

    private OperationPlan Plan(OperationRequest request) => MachinePlanner.Plan(
        request, _nodes, [new() { Name = "a" }], _ => _drivers.ToSet() with { Lines = _lines }, OperationId.Create(request.Kind, DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch, null);

    private ImmutableArray<string> Problems(OperationRequest request) => Assert.Throws<ConfigurationException>(() => Plan(request)).Problems;
}
