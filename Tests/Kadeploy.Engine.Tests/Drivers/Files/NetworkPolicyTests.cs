using System.Net;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Files;

public sealed class NetworkPolicyTests
{
    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("64:ff9b:1::808:808", false)]
    [InlineData("2002:7f00:1::1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("2002:808:808::1", true)]
    [InlineData("2001:0:1::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Special_networks_are_refused(string address, bool expected) => Assert.Equal(expected, new NetworkPolicy([]).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.2.0.0", false)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("fd00::5", true)]
    [InlineData("127.0.0.1", false)]
    public void Networks_that_are_named_are_allowed(string address, bool expected) =>
        Assert.Equal(expected, new NetworkPolicy([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00::/64")]).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1:{0}/x")]
    [InlineData("http://localhost:{0}/x")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/x")]
    [InlineData("http://2130706433:{0}/x")]
    [InlineData("http://0x7f.1:{0}/x")]
    [InlineData("http://127.1:{0}/x")]
    public async Task No_spelling_of_an_address_reaches_this_machine(string address)
    {
        await using var server = new FaultyServer();
        await using var bench = new CacheBench { Settings = new() };
        using var scope = (await bench.OpenAsync()).Open("ada", []);
        var location = new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, server.Port));
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(location, null, TestContext.Current.CancellationToken));
        Assert.Contains("server: files: networks:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("server: files: networks:", await scope.FindProblemAsync(location, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_redirect_to_a_network_that_is_not_allowed_is_not_followed()
    {
        await using var inside = new FaultyServer(IPAddress.Parse("127.0.0.2"));
        await using var server = new FaultyServer
        {
            Answer = (_, stream) => FaultyServer.WriteAsync(stream, $"HTTP/1.1 302 Found\r\nLocation: {inside.At("secret")}\r\nContent-Length: 0\r\n\r\n"),
        };
        await using var bench = new CacheBench { Settings = new() { Networks = [IPNetwork.Parse("127.0.0.1/32")] } };
        using var scope = (await bench.OpenAsync()).Open("ada", []);
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(server.At("x"), null, TestContext.Current.CancellationToken));
        Assert.Contains("127.0.0.2 is 127.0.0.2, on a network from which files are not fetched", failure.Message, StringComparison.Ordinal);
        Assert.Empty(inside.Requests);
        Assert.Single(server.Requests); // and it is no use to ask again
    }
}
