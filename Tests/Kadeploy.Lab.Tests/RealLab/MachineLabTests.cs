using Xunit;

namespace Kadeploy.Lab.Tests.RealLab;

/// <summary>Labs of QEMU machines.</summary>
public sealed class MachineLabTests
{
    [Fact]
    public async Task A_machine_with_an_empty_disk_says_on_its_console_that_nothing_boots_and_is_switched_off_by_its_BMC()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Vm);
        var (status, output, error) = await lab.RunAsync("run", "-n", "1", "-k", "vm", "--loader", "pxelinux", "--memory", "64", "--", "sh", "-c", """
            ipmi() { ipmitool -I lanplus -C 3 -H 10.78.1.1 -U "$KADEPLOY_LAB_BMC_USER" -f "$KADEPLOY_LAB_BMC_PASSWORD_FILE" chassis "$@"; }
            ipmi bootdev disk
            ipmi power on
            for i in $(seq 600); do grep -aq 'No bootable device' "$KADEPLOY_LAB_FOLDER"/node-1/console.log && break; sleep 0.1; done
            grep -ao 'SeaBIOS' "$KADEPLOY_LAB_FOLDER"/node-1/console.log | head -n 1
            grep -ao 'No bootable device' "$KADEPLOY_LAB_FOLDER"/node-1/console.log | head -n 1
            ipmi power status
            ipmi power off
            ipmi power status
            """);
        Assert.Equal(
            ["Set Boot Device to disk", "Chassis Power Control: Up/On", "SeaBIOS", "No bootable device", "Chassis Power is on", "Chassis Power Control: Down/Off",
                "Chassis Power is off"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(("", 0), (error, status));
        Assert.Empty(lab.Processes());
    }
}
