using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Power;

/// <summary>Faults, played by stand-ins for ipmitool. They write their arguments to <c>calls</c>, a line for each call.</summary>
public sealed class IpmiPowerControllerTests : IDisposable
{
    private static readonly Node Node = new() { Name = NodeName.Parse("a-1"), Cluster = "a" };
    private static readonly AttemptId Attempt = SamplePlan.Default(1).Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot");

    private readonly ScratchFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Verbs => [.. _folder.Lines("calls").Select(static line => line.Split(' ')[^1])];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_password_is_in_no_argument_and_the_file_is_private_and_gone_afterwards()
    {
        var tool = Tool("""
            while [ $# -gt 0 ]; do [ "$1" = -f ] && { stat -c '%a %a' "$2" > modes; stat -c %a "${2%/*}" >> modes; cat "$2" > password; echo "$2" > file; }; shift; done
            echo "$IPMI_PASSWORD$IPMITOOL_PASSWORD" > variable; echo Chassis Power is on
            """);
        await Controller(tool, static options => options with { Passing = PasswordPassing.File }).GetStateAsync(Node, Token);
        Assert.Equal(["600 600", "700"], _folder.Lines("modes"));
        Assert.Equal(["s3cret"], _folder.Lines("password"));
        Assert.Equal([""], _folder.Lines("variable"));
        Assert.False(File.Exists(_folder.Lines("file")[0]));
        await Controller(tool).GetStateAsync(Node, Token);
        Assert.Equal(["s3cret"], _folder.Lines("variable"));
        Assert.DoesNotContain(_folder.Lines("calls"), static line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_become_arguments()
    {
        await Controller(Tool("echo Chassis Power is off"), static options => options with { RetransmitInterval = TimeSpan.FromSeconds(2), Retransmissions = 3 })
            .GetStateAsync(Node, Token);
        Assert.Equal(
            ["-v -I lanplus -H bmc-a-1 -p 623 -U root -L OPERATOR -N 2 -R 3 -C 17 -E chassis power status"], _folder.Lines("calls"));
    }

    [Theory]
    [InlineData("Error in open session response message : insufficient resources for session")]
    [InlineData("Chassis Power Control: command failed: Node busy")]
    [InlineData("BMC initialization in progress")]
    public async Task A_busy_controller_is_asked_again(string text)
    {
        var tool = Tool($"[ $(wc -l < calls) -ge 3 ] && {{ echo Chassis Power is on; exit 0; }}; echo '{text}' >&2; exit 1");
        Assert.Equal(PowerState.On, await Controller(tool).GetStateAsync(Node, Token));
        Assert.Equal(3, Verbs.Length);
    }

    [Fact]
    public async Task A_controller_that_stays_busy_is_given_up()
    {
        var failure = await Assert.ThrowsAsync<OperationFailedException>(
            () => Controller(Tool("echo Node busy; exit 1")).SetStateAsync(Node, PowerState.On, PowerLevel.Hard, Attempt, Token));
        Assert.Equal(FaultCodes.PowerRefused, failure.Code);
        Assert.Contains("node a-1: the management controller at bmc-a-1:623 refused 'chassis power on': it is busy", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["Node busy"], failure.Evidence);
        Assert.Equal(["on", "on", "on", "on"], Verbs);
    }

    [Fact]
    public async Task A_wrong_password_ends_it_at_once()
    {
        var tool = Tool("echo '> RAKP 2 HMAC is invalid'; echo 'Error: Unable to establish IPMI v2 / RMCP+ session'; exit 1");
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(() => Controller(tool).RebootAsync(Node, PowerLevel.Hard, Attempt, Token));
        Assert.Contains("the password is wrong", failure.Message, StringComparison.Ordinal);
        Assert.Single(Verbs);
    }

    [Fact]
    public async Task A_call_that_hangs_is_killed_and_a_question_is_asked_once_more()
    {
        var tool = Tool("[ $(wc -l < calls) -ge 2 ] && { echo Chassis Power is off; exit 0; }; exec sleep 600");
        var controller = Controller(tool, static options => options with { CallLimit = TimeSpan.FromSeconds(1) });
        Assert.Equal(PowerState.Off, await controller.GetStateAsync(Node, Token));
        Assert.Equal(2, Verbs.Length);
    }

    [Fact]
    public async Task A_reset_that_hangs_is_not_given_twice()
    {
        var tool = Tool("case $* in *status) echo Chassis Power is on;; *) exec sleep 600;; esac");
        var controller = Controller(tool, static options => options with { CallLimit = TimeSpan.FromSeconds(1) });
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => controller.RebootAsync(Node, PowerLevel.Hard, Attempt, Token));
        Assert.Equal(FaultCodes.PowerTimeout, failure.Code);
        Assert.Equal(["status", "reset"], Verbs);
    }

    [Theory]
    [InlineData("Set Chassis Power Control to Reset failed: Timeout", 1)]
    [InlineData("Error: Unable to establish IPMI v2 / RMCP+ session", 2)]
    public async Task A_reset_is_given_again_only_when_it_was_not_sent(string text, int resets)
    {
        var tool = Tool($"case $* in *status) echo Chassis Power is on;; *) echo '{text}' >&2; exit 1;; esac");
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => Controller(tool).RebootAsync(Node, PowerLevel.Hard, Attempt, Token));
        Assert.Equal(FaultCodes.PowerTimeout, failure.Code);
        Assert.Equal(resets, Verbs.Count(static verb => verb == "reset"));
    }

    [Theory]
    [InlineData("head -c 200000 /dev/urandom")]
    [InlineData("echo Chassis Power is maybe")]
    [InlineData("")]
    public async Task An_answer_that_makes_no_sense_is_a_failure_and_not_a_state(string script)
    {
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => Controller(Tool(script)).GetStateAsync(Node, Token));
        Assert.Contains("neither on nor off", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_ignores_the_soft_way_fails_that_level()
    {
        var tool = Tool("case $* in *status) echo Chassis Power is on;; esac");
        var controller = Controller(tool, static options => options with { OffLimit = TimeSpan.Zero });
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => controller.RebootAsync(Node, PowerLevel.Soft, Attempt, Token));
        Assert.Equal(FaultCodes.PowerTimeout, failure.Code);
        Assert.Equal(["status", "soft", "status"], Verbs);
    }

    [Fact]
    public async Task A_controller_that_refuses_to_switch_on_what_is_on_is_not_at_fault()
    {
        var tool = Tool("case $* in *status) echo Chassis Power is on;; *) echo Command not supported in present state >&2; exit 1;; esac");
        await Controller(tool).SetStateAsync(Node, PowerState.On, PowerLevel.Hard, Attempt, Token);
        await Assert.ThrowsAsync<OperationFailedException>(() => Controller(tool).SetStateAsync(Node, PowerState.Off, PowerLevel.Hard, Attempt, Token));
    }

    [Fact]
    public async Task One_controller_gets_one_call_at_a_time()
    {
        var tool = Tool("mkdir busy || echo collision >> collisions; rmdir busy; echo Chassis Power is on");
        var controller = Controller(tool);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => controller.GetStateAsync(Node, Token)));
        Assert.Empty(_folder.Lines("collisions"));
        Assert.Equal(8, Verbs.Length);
    }

    [Fact]
    public void A_missing_ipmitool_is_a_missing_capability()
    {
        var controller = Controller("no-such-ipmitool");
        Assert.Empty(controller.Capabilities.Levels);
        Assert.Contains("'no-such-ipmitool'", controller.Capabilities.Missing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("123456789012345678901", "more than 20 bytes")]
    [InlineData("a\nb", "line end")]
    public async Task A_password_that_cannot_be_is_told(string password, string expected)
    {
        var controller = new IpmiPowerController(_ => new("bmc", "root", new(password)), new() { Program = Tool("exit 0") }, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(() => controller.GetStateAsync(Node, Token));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(password, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_does_not_print_its_password() =>
        Assert.DoesNotContain("s3cret", new IpmiEndpoint("bmc", "root", new("s3cret")).ToString(), StringComparison.Ordinal);

    private static IpmiPowerController Controller(string tool, Func<IpmiOptions, IpmiOptions>? change = null)
    {
        var options = new IpmiOptions
        {
            Program = tool, MinimumInterval = TimeSpan.Zero, RetryPause = TimeSpan.FromMilliseconds(1), OffInterval = TimeSpan.FromMilliseconds(1),
        };
        return new(
            static node => new($"bmc-{node.Name}", "root", new("s3cret")) { CipherSuite = 17 }, change?.Invoke(options) ?? options, TimeProvider.System);
    }

    private string Tool(string script) => _folder.Program("ipmitool", "cd \"${0%/*}\"; echo \"$*\" >> calls\n" + script);
}
