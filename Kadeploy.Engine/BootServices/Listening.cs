using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Kadeploy.Engine.BootServices;

/// <summary>Opens the sockets of a service.</summary>
internal static class Listening
{
    /// <summary>Binds a socket to each address.</summary>
    /// <param name="service">The service, for messages.</param>
    /// <param name="addresses">The addresses; every one of the machine's when empty.</param>
    /// <param name="port">The port.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <returns>The sockets, in the order of the addresses.</returns>
    /// <exception cref="ConfigurationException">An address or the port cannot be had.</exception>
    public static ImmutableArray<Socket> Bind(string service, ImmutableArray<IPAddress> addresses, int port, ProtocolType protocol)
    {
        if (addresses.IsDefaultOrEmpty) addresses = Socket.OSSupportsIPv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
        var sockets = ImmutableArray.CreateBuilder<Socket>();
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
            sockets.Add(socket);
            try
            {
                if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
                if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true;
                socket.Bind(new IPEndPoint(address, port));
                if (protocol == ProtocolType.Tcp) socket.Listen(512);
            }
            catch (SocketException failure)
            {
                foreach (var each in sockets) each.Dispose();
                throw new ConfigurationException($"{service} cannot listen on {new IPEndPoint(address, port)}: {failure.Message}"
                    + (failure.SocketErrorCode == SocketError.AccessDenied ? " (ports below 1024 need root or CAP_NET_BIND_SERVICE)" : ""));
            }
        }

        return sockets.ToImmutable();
    }
}
