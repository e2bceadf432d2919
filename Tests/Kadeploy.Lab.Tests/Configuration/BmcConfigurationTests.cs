using System.Runtime.Versioning;
using Kadeploy.Lab.Configuration;
using Xunit;

namespace Kadeploy.Lab.Tests.Configuration;

public class BmcConfigurationTests
{
    private static readonly LabFolder Folder = new("/var/labs/a");

    [Fact]
    public void A_BMC_has_its_own_address_its_hook_and_the_port_of_its_nodes_console()
    {
        var lines = BmcConfiguration.Lan(new(300), Folder, "secret").Split('\n').Select(static line => line.Trim()).ToArray();
        Assert.Contains("name \"node-300\"", lines);
        Assert.Contains("addr 10.78.2.50 623", lines);
        Assert.Contains("chassis_control \"/bin/sh /var/labs/a/chassis-control /var/labs/a/node-300\"", lines);
        Assert.Contains("sol \"tcp:127.0.0.1:20300\" 115200 history=65536", lines);
        Assert.Contains("user 2 true  \"admin\" \"secret\" admin 10 none md2 md5 straight", lines);
        foreach (var level in new[] { "callback", "user", "operator", "admin" })
            Assert.Contains($"allowed_auths_{level} none md2 md5 straight", lines);
    }

    [Fact]
    public void Each_BMC_has_a_GUID_of_32_digits_of_its_own() =>
        Assert.Equal(2, new[] { 1, 2 }.Select(static number =>
            BmcConfiguration.Lan(new(number), Folder, "x").Split('\n').Single(static line => line.Contains("guid", StringComparison.Ordinal)).Trim())
            .Distinct().Count(static line => line.Length == "guid ".Length + 32));

    [Fact]
    public void Passwords_fit_into_IPMI_and_differ()
    {
        var password = BmcConfiguration.NewPassword();
        Assert.Equal(16, password.Length);
        Assert.NotEqual(password, BmcConfiguration.NewPassword());
    }

    [Fact]
    public void Folders_that_configuration_files_cannot_name_are_refused()
    {
        var refused = Assert.Throws<ConfigurationException>(static () => new LabFolder("/var/my labs/\"a"));
        Assert.Contains("--state", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void The_password_is_in_no_argument()
    {
        var lab = LabInventory.Of(Folder, new());
        Assert.Equal(
            ["-I", "lanplus", "-C", "3", "-H", "10.78.1.2", "-U", "admin", "-f", "/var/labs/a/bmc-password", "chassis", "power", "on"],
            VirtualLab.IpmiArguments(lab.Nodes[1], lab, ["chassis", "power", "on"]));
    }
}
