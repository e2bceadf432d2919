using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Which machines files are fetched from: those of the Internet, and the networks that are configured.</summary>
/// <remarks>Users name addresses, and this server reaches more than they do: itself, its network's other servers, and whatever gives out credentials on link-local addresses.</remarks>
/// <param name="allowed">The networks that are allowed although they are private.</param>
internal sealed class NetworkPolicy(ImmutableArray<IPNetwork> allowed)
{
    // IANA's registries of special-purpose addresses (RFC 6890 and its successors), multicast, and what is reserved.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(static text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96"); // NAT64, RFC 6052
    private static readonly IPNetwork LocallyTranslated = IPNetwork.Parse("64:ff9b:1::/48"); // RFC 8215
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16"); // RFC 3056
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96"); // RFC 4291, deprecated

    /// <summary>Says whether files may be fetched from an address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>Whether they may.</returns>
    public bool Allows(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (allowed.Any(network => network.Contains(address))) return true;
        if (Special.Any(network => network.Contains(address)) || LocallyTranslated.Contains(address)) return false;
        // An IPv6 address that stands for one of IPv4 leads there.
        return address.AddressFamily == AddressFamily.InterNetwork || (Translated.Contains(address) || Compatible.Contains(address)
            ? Allows(new(address.GetAddressBytes().AsSpan(12, 4)))
            : !SixToFour.Contains(address) || Allows(new(address.GetAddressBytes().AsSpan(2, 4))));
    }
}
