using System.Net;
using System.Net.Sockets;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Vlans;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Vlans;

public sealed class VlanTests : IDisposable
{
    private static readonly Node[] Nodes =
        [new() { Name = NodeName.Parse("a-1.site.example"), Cluster = "a" }, new() { Name = NodeName.Parse("a-2.site.example"), Cluster = "a" }];

    private readonly ScratchFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_call_moves_all_nodes_and_nothing_is_read_by_a_shell()
    {
        var program = _folder.Program("kavlan", "cd \"${0%/*}\"; for word; do echo \"$word\" >> words; done\n");
        var settings = new VlanSettings(new([program, "-s", "NODES", "-i", "VLAN_ID", "for=USER;rm -rf /"]));
        await new CommandVlanSwitch(settings, "$(touch words) jane", TimeProvider.System).MoveAsync([Nodes[1], Nodes[0]], "lab-7", Token);
        Assert.Equal(
            ["-s", "-m", "a-1.site.example", "-m", "a-2.site.example", "-i", "lab-7", "for=$(touch words) jane;rm -rf /"], _folder.Lines("words"));
    }

    [Fact]
    public async Task A_command_that_fails_is_told_with_its_last_words()
    {
        var settings = new VlanSettings(new([_folder.Program("kavlan", "echo no such vlan >&2; exit 3\n"), "NODES"]));
        var failure = await Assert.ThrowsAsync<OperationFailedException>(
            () => new CommandVlanSwitch(settings, "jane", TimeProvider.System).MoveAsync([.. Nodes], "lab-7", Token));
        Assert.Equal(FaultCodes.Vlan, failure.Code);
        Assert.Contains("into the network 'lab-7' ended with status 3", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["no such vlan"], failure.Evidence);
    }

    [Theory]
    [InlineData("a-1.site.example", "-kavlan-VLAN_ID", "a-1-kavlan-7.site.example")]
    [InlineData("a-1", "-v", "a-1-v")]
    public void Nodes_have_names_of_their_own_in_another_network(string node, string suffix, string expected) =>
        Assert.Equal(expected, new VlanSettings(CommandTemplate.Parse("kavlan NODES")) { HostnameSuffix = suffix }.HostOf(NodeName.Parse(node), "7"));

    [Fact]
    public async Task Addresses_are_asked_for_when_the_operation_is_planned()
    {
        var settings = new VlanSettings(CommandTemplate.Parse("kavlan NODES")) { HostnameSuffix = "-v-VLAN_ID" };
        var plan = await VlanAddresses.AddAsync(SamplePlans.Small(2), "7", settings, static (host, _) => Task.FromResult<IPAddress[]>(
            [IPAddress.Parse("fd00::1"), IPAddress.Parse(host == "node-1-v-7" ? "10.7.0.1" : "10.7.0.2")]), Token);
        Assert.Equal("10.7.0.1", plan.Clusters[0].VlanAddresses[SamplePlans.Name(1)].ToString());
        Assert.Equal("10.7.0.2", plan.Clusters[0].VlanAddresses[SamplePlans.Name(2)].ToString());
    }

    [Fact]
    public async Task Names_that_nobody_knows_are_told_all_at_once()
    {
        var settings = new VlanSettings(CommandTemplate.Parse("kavlan NODES")) { HostnameSuffix = "-v" };
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(
            () => VlanAddresses.AddAsync(SamplePlans.Small(2), "7", settings, static (_, _) => throw new SocketException(), Token));
        Assert.Equal(2, wrong.Problems.Length);
        Assert.Contains(wrong.Problems, static problem => problem.Contains("node node-2 is called 'node-2-v' in the network '7'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_suffix_nobody_is_asked()
    {
        var plan = SamplePlans.Small(1);
        Assert.Same(plan, await VlanAddresses.AddAsync(plan, "7", new(CommandTemplate.Parse("k NODES")), static (_, _) => throw new SocketException(), Token));
    }
}
