using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Power;

public class CommandPowerControllerTests : PowerControllerContractTests
{
    private static readonly Node Node = new() { Name = NodeName.Parse("a-1.site.example"), Cluster = "a" };
    private static readonly AttemptId Attempt = SamplePlan.Default(1).Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tool -H HOSTNAME_SHORT-bmc -n HOSTNAME_FQDN", "tool|-H|a-1-bmc|-n|a-1.site.example")]
    [InlineData("  tool 'a b' \"c 'd'\" e\\ f x''y ''", "tool|a b|c 'd'|e f|xy|")]
    [InlineData("DEFAULT_CONNECTOR HOSTNAME_FQDN reboot", "ssh|-q|a-1.site.example|reboot")]
    [InlineData("tool 'a;b' \"$x\"", "tool|a;b|$x")]
    public void A_template_becomes_an_argument_vector(string text, string expected)
    {
        var command = CommandTemplate.Parse(text).For(Node, ["ssh", "-q"]);
        Assert.Equal(expected.Split('|'), command.Arguments.Select(static argument => argument.Value).Prepend(command.Program));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a | b", "needs a shell for '|'")]
    [InlineData("a $(id)", "needs a shell for '$'")]
    [InlineData("a; b", "needs a shell for ';'")]
    [InlineData("a 'b", "lacks a closing '")]
    [InlineData("a\\", "ends with a backslash")]
    public void A_template_that_is_no_command_says_why(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => CommandTemplate.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_failing_command_gives_its_status_and_its_last_lines()
    {
        using var folder = new ScratchFolder();
        var controller = Rebooting(folder.Program("p", "echo trying $1; echo no way >&2; exit 7"));
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => controller.RebootAsync(Node, PowerLevel.Hard, Attempt, Token));
        Assert.Equal(FaultCodes.PowerRefused, failure.Code);
        Assert.Contains("status 7", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["trying a-1", "no way"], failure.Evidence);
    }

    [Fact]
    public async Task A_command_that_hangs_is_killed()
    {
        using var folder = new ScratchFolder();
        var controller = Rebooting(folder.Program("p", "exec sleep 600"), TimeSpan.FromMilliseconds(200));
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => controller.RebootAsync(Node, PowerLevel.Hard, Attempt, Token));
        Assert.Equal(FaultCodes.PowerTimeout, failure.Code);
    }

    [Fact]
    public async Task What_is_not_configured_is_said()
    {
        var none = new CommandPowerController(new(), TimeProvider.System);
        Assert.Empty(none.Capabilities.Levels);
        Assert.NotEmpty(none.Capabilities.Missing);
        var controller = Rebooting("true");
        Assert.Equal([PowerLevel.Hard], controller.Capabilities.Levels);
        Assert.Equal(PowerState.Unknown, await controller.GetStateAsync(Node, Token));
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(
            () => controller.SetStateAsync(Node, PowerState.Off, PowerLevel.Soft, Attempt, Token));
        Assert.Contains("'power off' at level Soft", failure.Message, StringComparison.Ordinal);
    }

    private static CommandPowerController Rebooting(string program, TimeSpan? limit = null) => new(
        new()
        {
            Reboot = ImmutableDictionary<PowerLevel, CommandTemplate>.Empty.Add(PowerLevel.Hard, new([program, "HOSTNAME_SHORT"])),
            CallLimit = limit ?? TimeSpan.FromSeconds(30),
        },
        TimeProvider.System);

    private protected override PowerBench Open() => new Bench();

    private sealed class Bench : PowerBench
    {
        private readonly ScratchFolder _folder = new();

        public Bench()
        {
            var program = _folder.Program("power", """
                cd "${0%/*}"
                case $2 in
                status) echo "$1 is $(cat state 2>/dev/null || echo off)";;
                on) [ "$(cat state 2>/dev/null)" = on ] || echo start >> starts; echo on > state;;
                off) echo off > state;;
                reboot) echo start >> starts; echo on > state;;
                esac
                """);
            CommandTemplate Do(string verb) => CommandTemplate.Parse($"'{program}' HOSTNAME_SHORT {verb}");
            var levels = Enum.GetValues<PowerLevel>();
            Controller = new CommandPowerController(
                new()
                {
                    Reboot = levels.ToImmutableDictionary(static level => level, _ => Do("reboot")),
                    On = levels.ToImmutableDictionary(static level => level, _ => Do("on")),
                    Off = levels.ToImmutableDictionary(static level => level, _ => Do("off")),
                    Status = Do("status"),
                },
                TimeProvider.System);
        }

        public override IPowerController Controller { get; }

        public override Node Node => CommandPowerControllerTests.Node;

        public override int? Starts => _folder.Lines("starts").Length;

        public override AttemptId Attempt(int number) => CommandPowerControllerTests.Attempt with { Attempt = number };

        public override void Dispose() => _folder.Dispose();
    }
}
