using System.Net;
using System.Net.Sockets;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Processes;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Power;

/// <summary>The real ipmitool against a real RMCP+ controller, OpenIPMI's ipmi_sim, on the loopback interface.</summary>
public class IpmiSimulatorTests : PowerControllerContractTests
{
    [Theory]
    [InlineData(PasswordPassing.Environment)]
    [InlineData(PasswordPassing.File)]
    public async Task A_password_is_passed_by_environment_or_file(PasswordPassing passing)
    {
        using var bench = new Bench(options => options with { Passing = passing });
        Assert.Equal(PowerState.Off, await bench.Controller.GetStateAsync(bench.Node, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_short_register_of_manufacturers_in_a_home_of_its_own_is_enough()
    {
        using var home = new ScratchFolder();
        using var bench = new Bench(options => options with { Home = home["home"] });
        Assert.Equal(PowerState.Off, await bench.Controller.GetStateAsync(bench.Node, TestContext.Current.CancellationToken));
        Assert.Equal(
            [home["home/.local/usr/share/misc/enterprise-numbers.txt"]],
            Directory.EnumerateFiles(home["home"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_tried_again()
    {
        using var bench = new Bench(endpoint: static endpoint => endpoint with { Password = new("wrong") });
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(
            () => bench.Controller.GetStateAsync(bench.Node, TestContext.Current.CancellationToken));
        Assert.Contains("user 'admin'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the password is wrong", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Evidence, static line => line.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_user_is_told()
    {
        using var bench = new Bench(endpoint: static endpoint => endpoint with { User = "nobody" });
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(
            () => bench.Controller.GetStateAsync(bench.Node, TestContext.Current.CancellationToken));
        Assert.Contains("the user is unknown", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_privilege_that_is_too_low_is_told()
    {
        using var bench = new Bench(endpoint: static endpoint => endpoint with { Privilege = IpmiPrivilege.User });
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(() => bench.Controller.SetStateAsync(
            bench.Node, PowerState.On, PowerLevel.Hard, bench.Attempt(1), TestContext.Current.CancellationToken));
        Assert.Contains("the privilege level is too low", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cipher_suite_that_the_controller_does_not_know_is_told()
    {
        using var bench = new Bench(endpoint: static endpoint => endpoint with { CipherSuite = 17 });
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(
            () => bench.Controller.GetStateAsync(bench.Node, TestContext.Current.CancellationToken));
        Assert.Contains("cipher suite", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_that_is_not_there_is_a_timeout()
    {
        using var bench = new Bench(static options => options with { Retransmissions = 1, Attempts = 1 }, static endpoint => endpoint with { Port = 1 });
        var failure = await Assert.ThrowsAsync<OperationFailedException>(
            () => bench.Controller.GetStateAsync(bench.Node, TestContext.Current.CancellationToken));
        Assert.Equal(FaultCodes.PowerTimeout, failure.Code);
        Assert.Contains("127.0.0.1:1", failure.Message, StringComparison.Ordinal);
    }

    private protected override PowerBench Open() => new Bench();

    private sealed class Bench : PowerBench
    {
        private readonly ScratchFolder _folder = new();
        private readonly System.Diagnostics.Process _simulator;

        public Bench(Func<IpmiOptions, IpmiOptions>? options = null, Func<IpmiEndpoint, IpmiEndpoint>? endpoint = null)
        {
            foreach (var program in new[] { "ipmitool", "ipmi_sim" })
            {
                if (ProgramPath.Find(program) is not null) continue;
                _folder.Dispose();
                Assert.Skip($"{program} is not installed (on Debian: apt install ipmitool openipmi)");
            }

            _folder.Write("power", "0\n");
            var chassis = _folder.Program("chassis", """
                # Called as: chassis get|set PARAMETER [VALUE]...
                cd "${0%/*}"
                [ "$(cat power)" = 1 ]; on=$?
                case "$1 $2 $3" in
                "get power "*) echo "power:$(cat power)";;
                "set power 1") [ $on = 0 ] || echo start >> starts; echo 1 > power;;
                "set power 0" | "set shutdown 1") echo 0 > power;;
                "set reset 1") [ $on = 0 ] && echo start >> starts;;
                esac
                exit 0
                """);
            var port = FreePort();
            _folder.Write("lan.conf", $"""
                name "node"
                set_working_mc 0x20
                  startlan 1
                    addr 127.0.0.1 {port}
                    priv_limit admin
                    allowed_auths_user none md2 md5 straight
                    allowed_auths_operator none md2 md5 straight
                    allowed_auths_admin none md2 md5 straight
                    guid a123456789abcdefa123456789abcdef
                  endlan
                  chassis_control "{chassis}"
                  user 1 true  ""      ""      user  10 none md2 md5 straight
                  user 2 true  "admin" "secret" admin 10 none md2 md5 straight

                """.ReplaceLineEndings("\n"));
            _folder.Write("sim.emu", "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n");
            // The state folder is its own: the simulator would otherwise write into the system's.
            _simulator = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                "/bin/sh", ["-c", "exec setpriv --pdeathsig KILL ipmi_sim -n -c lan.conf -f sim.emu -s state >sim.log 2>&1 </dev/null"])
            {
                WorkingDirectory = _folder.Path,
            })!;
            AwaitListener(port);
            var reached = new IpmiEndpoint("127.0.0.1", "admin", new("secret")) { Port = port, CipherSuite = 3 };
            IpmiOptions used = new()
            {
                MinimumInterval = TimeSpan.Zero, OffInterval = TimeSpan.FromMilliseconds(20), RetryPause = TimeSpan.FromMilliseconds(50),
            };
            var target = endpoint?.Invoke(reached) ?? reached;
            Controller = new IpmiPowerController(_ => target, options?.Invoke(used) ?? used, TimeProvider.System);
        }

        public override IPowerController Controller { get; }

        public override Node Node { get; } = new() { Name = NodeName.Parse("sim-1"), Cluster = "sim" };

        public override int? Starts => _folder.Lines("starts").Length;

        public override AttemptId Attempt(int number) =>
            SamplePlan.Default(1).Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot", attempt: number);

        public override void Dispose()
        {
            _simulator.Kill(entireProcessTree: true);
            _simulator.WaitForExit();
            _simulator.Dispose();
            _folder.Dispose();
        }

        private static int FreePort()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        /// <summary>Pings the controller (ASF 2.0 §3.2.4.2, presence ping) until it answers.</summary>
        private static void AwaitListener(int port)
        {
            byte[] ping = [6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 1, 0, 0];
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 50 };
            socket.Connect(IPAddress.Loopback, port);
            for (var attempt = 0; attempt < 400; attempt++)
            {
                try
                {
                    socket.Send(ping);
                    if (socket.Receive(new byte[64]) > 0) return;
                }
                catch (SocketException)
                {
                    // Refused as long as nobody listens: wait for that by a receive that nothing answers.
                    using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 25 };
                    silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                    try
                    {
                        silent.Receive(new byte[1]);
                    }
                    catch (SocketException)
                    {
                        // As it should be.
                    }
                }
            }

            Assert.Fail("ipmi_sim did not start");
        }
    }
}
