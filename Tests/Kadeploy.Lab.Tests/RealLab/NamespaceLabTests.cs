using Xunit;

namespace Kadeploy.Lab.Tests.RealLab;

/// <summary>Labs of namespace nodes, with real BMCs, DHCP, boot files and ssh. Each command that runs inside is a constant script; what it says is
/// the result.</summary>
public sealed class NamespaceLabTests
{
    private const string Prelude = """
        ipmi() { ipmitool -I lanplus -C 3 -H "$1" -U "$KADEPLOY_LAB_BMC_USER" -f "$KADEPLOY_LAB_BMC_PASSWORD_FILE" chassis "$2" "$3"; }
        login() { ssh -q -n -i "$KADEPLOY_LAB_SSH_KEY" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=1 -o BatchMode=yes root@"$@"; }
        answers() { for i in $(seq 300); do login "$@" && return; sleep 0.1; done; echo "no answer: $*"; }
        console() { for i in $(seq 300); do grep -q "$2" "$KADEPLOY_LAB_FOLDER/$1/console.log" && return; sleep 0.1; done; echo "console of $1: no $2"; }
        off() { for i in $(seq 300); do grep -q 0 "$KADEPLOY_LAB_FOLDER/$1/power" && return; sleep 0.1; done; echo "$1 is still on"; }

        """;

    [Fact]
    public async Task A_node_is_switched_on_by_its_BMC_boots_by_its_profile_and_answers_ssh()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        var (status, output, error) = await lab.RunAsync("run", "-n", "1", "-k", "namespace", "--append", "token=42", "--", "sh", "-c", Prelude + """
            ipmi 10.78.1.1 power status
            ipmi 10.78.1.1 power on
            answers 10.77.1.1 hostname
            ipmi 10.78.1.1 power status
            login 10.77.1.1 cat /proc/cmdline
            """);
        Assert.Equal(
            ["Chassis Power is off", "Chassis Power Control: Up/On", "node-1", "Chassis Power is on", "console=ttyS0,115200 quiet BOOTIF=01-52-54-00-77-00-01 token=42"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Trim()));
        Assert.Equal(("", 0), (error, status));
        Assert.Empty(lab.Processes());
    }

    [Fact]
    public async Task Reboot_power_button_and_boot_order_act_as_on_a_machine()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        var (_, output, _) = await lab.RunAsync("run", "-n", "1", "-k", "namespace", "--", "sh", "-c", Prelude + """
            ipmi 10.78.1.1 power on
            answers 10.77.1.1 true
            login 10.77.1.1 'touch /tmp/before; reboot -f'
            answers 10.77.1.1 'test ! -e /tmp/before' && echo restarted
            ipmi 10.78.1.1 power soft
            off node-1
            ipmi 10.78.1.1 bootdev disk
            ipmi 10.78.1.1 power on
            console node-1 'No bootable device'
            ipmi 10.78.1.1 power cycle
            answers 10.77.1.1 echo from the network again
            """);
        Assert.Equal(
            ["Chassis Power Control: Up/On", "restarted", "Chassis Power Control: Soft", "Set Boot Device to disk", "Chassis Power Control: Up/On",
                "Chassis Power Control: Cycle", "from the network again"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_is_left_of_the_last_boot_takes_no_packets_from_the_present_one()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        // The process keeps the namespace of the first boot, as the kernel does for a while when it has much to end.
        var (_, output, _) = await lab.RunAsync("run", "-n", "1", "-k", "namespace", "--", "sh", "-c", Prelude + """
            ipmi 10.78.1.1 power on >/dev/null
            answers 10.77.1.1 true
            own=$(readlink /proc/self/ns/net)
            for each in /proc/[0-9]*; do [ "$(readlink "$each/ns/net")" = "$own" ] || first=$each; done
            nsenter --net="$first/ns/net" sleep 600 &
            held=$!
            login 10.77.1.1 'touch /tmp/before; reboot -f'
            answers 10.77.1.1 'test ! -e /tmp/before' && echo restarted
            [ "$(readlink /proc/$held/ns/net)" != "$own" ] && echo held
            nsenter --net=/proc/$held/ns/net busybox ping -c 1 -W 1 10.77.0.1 >/dev/null 2>&1
            login 10.77.1.1 echo reached
            kill $held
            """);
        Assert.Equal(["restarted", "held", "reached"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_labs_own_side_keeps_its_hardware_address_when_nodes_come_and_go()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        var (_, output, _) = await lab.RunAsync("run", "-n", "3", "-k", "namespace", "--", "sh", "-c", Prelude + """
            ip -br link show br0 | awk "{ print \$3 }"
            for bmc in $KADEPLOY_LAB_BMC_ADDRESSES; do ipmi "$bmc" power on >/dev/null; done
            for node in $KADEPLOY_LAB_ADDRESSES; do answers "$node" true; done
            ip -br link show br0 | awk "{ print \$3 }"
            for bmc in $KADEPLOY_LAB_BMC_ADDRESSES; do ipmi "$bmc" power off >/dev/null; done
            ip -br link show br0 | awk "{ print \$3 }"
            """);
        Assert.Equal(["52:54:00:77:ff:fe", "52:54:00:77:ff:fe", "52:54:00:77:ff:fe"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_node_whose_boot_files_are_missing_says_so_on_its_console()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        var (_, output, _) = await lab.RunAsync("run", "-n", "2", "-k", "namespace", "--", "sh", "-c", Prelude + """
            rm "$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-01
            sed -i s,/built-in,/nothing, "$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-02
            ipmi 10.78.1.1 power on
            ipmi 10.78.1.2 power on
            console node-1 'No bootable device'
            console node-2 'No bootable device'
            grep -ho 'no boot profile' "$KADEPLOY_LAB_FOLDER"/node-1/console.log
            grep -ho 'no kernel .*' "$KADEPLOY_LAB_FOLDER"/node-2/console.log
            """);
        Assert.Equal(
            ["Chassis Power Control: Up/On", "Chassis Power Control: Up/On", "no boot profile", "no kernel http://10.77.0.1/lab/nothing"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task SIGKILL_of_the_command_leaves_no_process_interface_or_mount()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        var (interfaces, mounts) = (Interfaces(), File.ReadAllLines("/proc/self/mounts").Length);
        using var running = lab.Start("run", "-n", "3", "-k", "namespace", "--", "sh", "-c", Prelude + """
            for bmc in $KADEPLOY_LAB_BMC_ADDRESSES; do ipmi "$bmc" power on >/dev/null; done
            for node in $KADEPLOY_LAB_ADDRESSES; do answers "$node" true; done
            echo all on
            sleep 600
            """);
        Assert.Equal("all on", await running.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.True(lab.Processes().Count > 5);
        running.Kill();
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        // The kernel ends the rest; each look takes as long as reading all of /proc.
        for (var looks = 0; looks < 200 && lab.Processes().Count > 0; looks++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Empty(lab.Processes());
        Assert.Equal((interfaces, mounts), (Interfaces(), File.ReadAllLines("/proc/self/mounts").Length));

        static int Interfaces() => Directory.GetFileSystemEntries("/sys/class/net").Length;
    }

    [Fact]
    public async Task Labs_run_side_by_side_and_go_on_without_the_command_that_started_them()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        try
        {
            var up = await Task.WhenAll(lab.RunAsync("up", "-n", "1", "-k", "namespace", "--lab", "a"), lab.RunAsync("up", "-n", "2", "-k", "namespace", "--lab", "b"));
            Assert.All(up, static each => Assert.Equal(("", 0), (each.Error, each.Status)));
            Assert.Equal(0, (await lab.RunAsync("power", "node-1", "on", "--lab", "a")).Status);
            Assert.Contains("\"power\":\"on\"", (await lab.RunAsync("status", "--json", "--lab", "a")).Output, StringComparison.Ordinal);
            Assert.DoesNotContain("\"power\":\"on\"", (await lab.RunAsync("status", "--json", "--lab", "b")).Output, StringComparison.Ordinal);
            Assert.Contains("already up", (await lab.RunAsync("up", "-k", "namespace", "--lab", "a")).Error, StringComparison.Ordinal);
            Assert.Contains("no node 'node-9'", (await lab.RunAsync("ssh", "node-9", "--lab", "b")).Error, StringComparison.Ordinal);
        }
        finally
        {
            await lab.RunAsync("down", "--lab", "a");
            await lab.RunAsync("down", "--lab", "b");
        }

        Assert.Empty(lab.Processes());
    }

    [Fact]
    public async Task The_exit_code_is_the_commands() =>
        Assert.Equal(7, await ExitCodeAsync("exit 7"));

    private static async Task<int> ExitCodeAsync(string script)
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        return (await lab.RunAsync("run", "-n", "1", "-k", "namespace", "--", "sh", "-c", script)).Status;
    }
}
