using Kadeploy.Lab.Configuration;
using Xunit;

namespace Kadeploy.Lab.Tests.Configuration;

public class NetworkTests
{
    private static readonly LabFolder Folder = new("/var/labs/a");

    [Theory]
    [InlineData(1, "10.77.1.1", "10.78.1.1", "52:54:00:77:00:01", "01-52-54-00-77-00-01")]
    [InlineData(250, "10.77.1.250", "10.78.1.250", "52:54:00:77:00:fa", "01-52-54-00-77-00-fa")]
    [InlineData(251, "10.77.2.1", "10.78.2.1", "52:54:00:77:00:fb", "01-52-54-00-77-00-fb")]
    [InlineData(4000, "10.77.16.250", "10.78.16.250", "52:54:00:77:0f:a0", "01-52-54-00-77-0f-a0")]
    public void A_number_decides_all_addresses(int number, string address, string bmc, string mac, string profile)
    {
        var node = new LabNode(number);
        Assert.Equal((address, bmc, mac, profile), (node.Address.ToString(), node.BmcAddress.ToString(), node.Mac.ToString(), node.ProfileName));
    }

    [Fact]
    public void No_two_nodes_share_anything()
    {
        var nodes = LabNode.First(LabOptions.MostNodes).ToArray();
        Assert.Equal(nodes.Length, nodes.Select(static node => node.Address).Distinct().Count());
        Assert.Equal(nodes.Length, nodes.Select(static node => node.Mac).Distinct().Count());
        Assert.Equal(nodes.Length, nodes.Select(static node => node.ConsolePort).Distinct().Count());
        Assert.DoesNotContain(nodes, static node => node.Address.ToString() == LabNode.ServerAddress || node.ConsolePort > 65535);
    }

    [Fact]
    public void Machines_get_a_tap_each_and_namespace_nodes_none()
    {
        var machines = NetworkPlan.Setup(new() { Nodes = 2 }).ToArray();
        Assert.Contains("tuntap add dev tap2 mode tap", machines);
        Assert.Contains("link set tap2 master br0 up", machines);
        var namespaces = NetworkPlan.Setup(new() { Nodes = 2, Kind = NodeKind.Namespace }).ToArray();
        Assert.DoesNotContain(namespaces, static line => line.Contains("tap", StringComparison.Ordinal));
        Assert.Contains("addr add 10.78.1.2/16 dev bmc0", namespaces);
    }

    [Fact]
    public void A_restarted_node_gets_another_interface_with_the_same_address()
    {
        Assert.Equal(
            ["link add n7.1 type veth peer name eth0 address 52:54:00:77:00:07 netns 42", "link set n7.1 master br0 up"],
            NetworkPlan.Plug(new(7), 1, 42));
        Assert.Contains("n7.2", NetworkPlan.Plug(new(7), 2, 43).First(), StringComparison.Ordinal);
        Assert.Equal(["link", "set", "dev", "n7.1", "down"], NetworkPlan.Unplug(new(7), 1));
        // IFNAMSIZ: 15 characters.
        Assert.True(NetworkPlan.Plug(new(LabOptions.MostNodes), 123456789, 1).First().Split(' ')[2].Length <= 15);
    }

    [Fact]
    public void DHCP_knows_every_node_and_nobody_else()
    {
        Assert.Equal(
            "52:54:00:77:00:01,10.77.1.1,node-1,12h\n52:54:00:77:00:02,10.77.1.2,node-2,12h\n", DnsmasqConfiguration.Hosts(LabNode.First(2)));
        var text = DnsmasqConfiguration.Main(Folder, new());
        Assert.Contains("\ndhcp-range=10.77.0.0,static,255.255.0.0,12h\n", text, StringComparison.Ordinal);
        Assert.Contains("\npid-file=/var/labs/a/dnsmasq.pid\n", text, StringComparison.Ordinal);
        Assert.Contains("\nbind-interfaces\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void DHCP_names_the_loader()
    {
        Assert.EndsWith("dhcp-boot=pxelinux.0\n", DnsmasqConfiguration.Main(Folder, new() { Loader = NetworkLoader.Pxelinux }), StringComparison.Ordinal);
        var ipxe = DnsmasqConfiguration.Main(Folder, new());
        Assert.Contains("dhcp-boot=tag:efi,tag:!ipxe,tag:!httpboot,snponly.efi\n", ipxe, StringComparison.Ordinal);
        Assert.Contains("dhcp-boot=tag:httpboot,http://10.77.0.1/no-http-boot.efi\n", ipxe, StringComparison.Ordinal);
    }
}
