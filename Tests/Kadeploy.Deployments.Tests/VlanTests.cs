using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Nodes that are moved between networks by the site's own command, in deployments and reboots.</summary>
public sealed class VlanTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task The_sites_command_moves_nodes_and_its_failure_costs_those_that_it_was_to_move()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "vlan");
        var calls = Path.Combine(lab.Folder, "vlan-calls");
        // Notes each call as a line, and refuses to move node-2 into the network lab-7.
        var command = Path.Combine(lab.Folder, "set vlan");
        await File.WriteAllTextAsync(command, $$"""
            #!/bin/sh
            line=
            for word; do line="$line[$word]"; done
            printf '%s\n' "$line" >>'{{calls}}'
            case $line in *'[node-2]'*'[lab-7]'*) echo 'the switch of node-2 is locked' >&2; exit 3 ;; esac

            """.ReplaceLineEndings("\n"), Stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Each cluster is moved by a call of its own; node-2 is one.
        var configuration = lab.Configure("vlan");
        await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(configuration, Stop)).Replace(
            "  administrators: [root]\n", $"  administrators: [root]\n  vlan: {{ set_cmd: ['{command}', -s, NODES, -i, VLAN_ID, 'for=USER; touch vlan-injected', '$(VLAN_ID)'] }}\n", StringComparison.Ordinal), Stop);

        var deployed = await lab.DeployAsync("node-[1-3]", "--state", state, "--config", configuration, "--vlan", "lab-7", "--force-steps", "BootNewEnv|Kexec:0:120");
        deployed.AssertOk("node-1", "node-3");
        await lab.AssertRunsAsync(deployed, "node-1", "node-3");
        var end = deployed.AssertFault("node-2", FaultCodes.Vlan);
        Assert.Equal("SetVlan", end.MicroStep);
        Assert.Contains($"'lab-7' ended with status 3: {command}", end.Message, StringComparison.Ordinal);
        Assert.Contains("the switch of node-2 is locked", end.Evidence, StringComparison.Ordinal);
        var user = $"[for={Environment.UserName}; touch vlan-injected]";
        Assert.Equal(
            [
                // To the usual network for the deployment, and into the other one before the last boot.
                $"[-s][-m][node-1][-m][node-3][-i][DEFAULT]{user}[$(DEFAULT)]", $"[-s][-m][node-1][-m][node-3][-i][lab-7]{user}[$(lab-7)]",
                $"[-s][-m][node-2][-i][DEFAULT]{user}[$(DEFAULT)]", $"[-s][-m][node-2][-i][lab-7]{user}[$(lab-7)]",
            ],
            await CallsAsync());

        await lab.SshAsync("node-1", "touch /run/before");
        var rebooted = await lab.RunAsync(state, ["reboot"], "-m", "node-[1-2]", "-r", "deploy_env", "-l", "hard", "--vlan", "lab-7", "--config", configuration);
        Assert.Equal(3, rebooted.ExitCode);
        rebooted.AssertOk("node-1");
        await lab.SshAsync("node-1", "test ! -e /run/before && test -x /etc/rc.agent");
        Assert.Contains("the switch of node-2 is locked", rebooted.AssertFault("node-2", FaultCodes.Vlan).Evidence, StringComparison.Ordinal);
        Assert.Equal([$"[-s][-m][node-1][-i][lab-7]{user}[$(lab-7)]", $"[-s][-m][node-2][-i][lab-7]{user}[$(lab-7)]"], (await CallsAsync()).Distinct());

        // Without a command there is nothing by which to move them, and nothing is touched.
        var refused = await lab.RunAsync(state, ["reboot"], "-m", "node-1", "--vlan", "lab-7");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("server.vlan", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(calls));

        async Task<IEnumerable<string>> CallsAsync()
        {
            var lines = await File.ReadAllLinesAsync(calls, Stop);
            File.Delete(calls);
            return lines.Order(StringComparer.Ordinal);
        }
    }
}
