extern alias agent;

using agent::Kadeploy.Agent;
using agent::Kadeploy.Agent.Linux;
using Xunit;

namespace Kadeploy.Agent.Tests.Units;

public class KernelCommandLineTests
{
    private static readonly string Digest = new('a', 64);

    [Theory]
    [InlineData("10.0.0.1:25301", "10.0.0.1", 25301)]
    [InlineData("[fd77::1]:7", "fd77::1", 7)]
    [InlineData("boot.example:443", "boot.example", 443)]
    public void Its_three_arguments_are_found_among_others(string server, string host, int port)
    {
        var line = KernelCommandLine.Parse($"BOOT_IMAGE=x kadeploy.server={server} ro kadeploy.fingerprint={Digest} kadeploy.token=0123456789abcdef quiet\n");
        Assert.Equal((host, port, "0123456789abcdef"), (line.Host, line.Port, line.Token));
        Assert.DoesNotContain("0123456789abcdef", line.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1", "aa", "0123456789abcdef")]
    [InlineData("10.0.0.1:0", "aa", "0123456789abcdef")]
    [InlineData("10.0.0.1:x", "aa", "0123456789abcdef")]
    [InlineData(":5", "aa", "0123456789abcdef")]
    [InlineData("10.0.0.1:5", "aa", "0123456789abcdef")]
    [InlineData("10.0.0.1:5", "", "short-secret")]
    public void What_is_wrong_is_refused_without_telling_the_token(string server, string digest, string token)
    {
        var problem = Assert.Throws<FormatException>(() =>
            KernelCommandLine.Parse($"kadeploy.server={server} kadeploy.fingerprint={(digest.Length > 0 ? digest : Digest)} kadeploy.token={token}"));
        Assert.DoesNotContain(token, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_argument_is_named() =>
        Assert.Contains("kadeploy.token", Assert.Throws<FormatException>(static () => KernelCommandLine.Parse("quiet")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("21 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw", "/dev/vda1")]
    [InlineData("1 1 0:2 / / rw - rootfs rootfs rw", "")]
    [InlineData("1 1 0:2 / / rw - rootfs rootfs rw\n30 1 8:3 / / rw - xfs /dev/sda3 rw\n31 30 0:5 / /proc rw - proc proc rw", "/dev/sda3")]
    [InlineData("", "")]
    public void The_root_device_is_that_of_the_last_mount_on_the_root(string mounts, string expected) =>
        Assert.Equal(expected, BootFacts.RootDevice(mounts));
}
