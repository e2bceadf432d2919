using Xunit;

namespace Kadeploy.Abstractions.Tests.Rights;

/// <summary>What may stand for users, nodes and devices, and what may not: all of it comes from outside.</summary>
public sealed class RightNamesTests
{
    [Theory]
    [InlineData("alice", false)]
    [InlineData("bob-b", false)] // Kadeploy 3's command line refused the dash
    [InlineData("d.e@example.org", false)]
    [InlineData("DOMAIN\\someone", false)]
    [InlineData("two words", false)]
    [InlineData("a%_';--", false)] // no wildcards, no SQL: it is a name and nothing else
    [InlineData("ünal", false)]
    [InlineData("@students", true)]
    public void Names_of_users_and_groups_are_read(string text, bool isGroup)
    {
        var principal = Principal.Parse(text);
        Assert.Equal(isGroup, principal.IsGroup);
        Assert.Equal(OperatingSystem.IsWindows() ? text.ToLowerInvariant() : text, principal.ToString());
        Assert.Equal(principal.Value.TrimStart('@'), principal.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@@a")]
    [InlineData("*")]
    [InlineData("-u")]
    [InlineData("@-u")]
    [InlineData(" alice")]
    [InlineData("alice ")]
    [InlineData("alice,bob")]
    [InlineData("alice\nbob")]
    [InlineData("alice\u001b[31m")]
    [InlineData("alice\0")]
    public void What_is_no_name_is_refused_without_control_characters_in_the_message(string text)
    {
        Assert.False(Principal.TryParse(text, null, out _));
        var refused = Assert.Throws<FormatException>(() => Principal.Parse(text));
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public void A_name_has_at_most_128_characters()
    {
        Assert.True(Principal.TryParse(new string('a', 128), null, out _));
        Assert.False(Principal.TryParse(new string('a', 129), null, out _));
        Assert.False(Principal.TryParse(null, null, out _));
        Assert.False(Principal.TryParse("half of a pair \ud800", null, out _));
    }

    [Theory]
    [InlineData("a-1", "a-1")]
    [InlineData("A-1,a-[1-3]", "a-1 a-2 a-3")]
    [InlineData("b-1, cluster:lab,a-1", "cluster:lab a-1 b-1")]
    [InlineData("a-[1-2,4],cluster:x", "cluster:x a-1 a-2 a-4")]
    [InlineData("a-1,*,cluster:x", "*")]
    [InlineData("", "")]
    [InlineData(" , ", "")]
    public void Lists_of_scopes_are_read(string text, string scopes) =>
        Assert.Equal(scopes, string.Join(' ', RightScope.ParseList(text).Select(static scope => scope.Value)));

    [Theory]
    [InlineData("cluster:")]
    [InlineData("cluster: lab")]
    [InlineData("a-1;b-1")]
    [InlineData("a-1'")]
    [InlineData("a-[1-3")]
    [InlineData("a/b")]
    [InlineData("**")]
    [InlineData("a-1\n\u0007")]
    public void What_is_no_scope_is_refused(string text)
    {
        Assert.DoesNotContain(Assert.Throws<FormatException>(() => RightScope.ParseList(text)).Message, char.IsControl);
        Assert.False(RightScope.TryParse(text, null, out _));
    }

    [Fact]
    public void A_scope_is_a_node_a_cluster_or_all()
    {
        var (node, cluster) = (RightScope.Parse("a-1"), RightScope.Parse("cluster:lab"));
        Assert.Equal((NodeName.Parse("a-1"), null, false), (node.Node, node.Cluster, node.IsAll));
        Assert.Equal((null, "lab", false), (cluster.Node, cluster.Cluster, cluster.IsAll));
        Assert.Equal((null, null, true), (RightScope.All.Node, RightScope.All.Cluster, RightScope.All.IsAll));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("/dev/sda", true)]
    [InlineData("/dev/nvme0n1p3", true)]
    [InlineData("/dev/disk/by-id/wwn-0x5:1+2@x_y-part3", true)]
    [InlineData("", false)]
    [InlineData("sda3", false)]
    [InlineData("/dev/", false)]
    [InlineData("/dev/sda/", false)]
    [InlineData("/dev//sda", false)]
    [InlineData("/dev/./sda", false)]
    [InlineData("/dev/../etc/passwd", false)]
    [InlineData("/dev/sda3;reboot", false)]
    [InlineData("/dev/sda3 /dev/sda5", false)]
    [InlineData("/dev/sda%", false)]
    [InlineData("/dev/sda\0", false)]
    public void Devices_are_exact_paths(string text, bool isValid)
    {
        Assert.Equal(isValid, RightPart.TryParse(text, null, out var part));
        if (isValid) Assert.Equal(text, part.ToString());
        else Assert.DoesNotContain(Assert.Throws<FormatException>(() => RightPart.Parse(text)).Message, char.IsControl);
    }
}
