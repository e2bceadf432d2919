using System.Collections.Immutable;
using System.Net;

namespace Kadeploy.Engine.BootServices;

/// <summary>How boot files are served by TFTP.</summary>
public sealed record TftpOptions
{
    /// <summary>Gets the folder whose files are served.</summary>
    public required string Root { get; init; }

    /// <summary>Gets the addresses to listen on.</summary>
    /// <value>The default is every IPv4 address, and every IPv6 address where the system has IPv6.</value>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>Gets the port; 0 takes a free one for each address.</summary>
    /// <value>The default is 69, which on Linux only root, or a process with CAP_NET_BIND_SERVICE, may use.</value>
    public int Port { get; init; } = 69;

    /// <summary>Gets the largest block that is agreed to, in bytes.</summary>
    /// <value>From 512 to 65464; the default is 1468, the largest that fits an Ethernet packet over IPv4: many boot ROMs cannot join fragments.</value>
    public int LargestBlock { get; init; } = 1468;

    /// <summary>Gets the largest window that is agreed to, in blocks.</summary>
    /// <value>The default is 64.</value>
    public int LargestWindow { get; init; } = 64;

    /// <summary>Gets the first wait for an acknowledgement when the client asks for none of its own; it doubles up to eight times that.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how often a window is sent without an answer before the client is given up.</summary>
    /// <value>The default is 6.</value>
    public int Tries { get; init; } = 6;

    /// <summary>Gets the longest that one transfer may take.</summary>
    /// <value>The default is 30 minutes.</value>
    public TimeSpan TransferLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets how many transfers may run at once; more are refused.</summary>
    /// <value>The default is 1000.</value>
    public int MostTransfers { get; init; } = 1000;

    /// <summary>Gets what is told when a transfer ends; it is called on any thread and may not throw.</summary>
    /// <value>Null for nobody.</value>
    public Action<ServedFile>? Ended { get; init; }
}
