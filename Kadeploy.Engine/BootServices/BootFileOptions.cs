using System.Collections.Immutable;
using System.Net;

namespace Kadeploy.Engine.BootServices;

/// <summary>How boot files are served by HTTP.</summary>
public sealed record BootFileOptions
{
    /// <summary>Gets the folder whose files are served.</summary>
    public required string Root { get; init; }

    /// <summary>Gets the addresses to listen on.</summary>
    /// <value>The default is every IPv4 address, and every IPv6 address where the system has IPv6.</value>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>Gets the port; 0 takes a free one for each address.</summary>
    /// <value>The default is 8069: 80 is often taken, and boot profiles name the port anyway.</value>
    public int Port { get; init; } = 8069;

    /// <summary>Gets how long a client may take to send a request, and may be silent between two.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan RequestLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long a client may take to receive one part of a file (at most 128 KiB).</summary>
    /// <value>The default is 60 seconds.</value>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how many connections may be open at once; more are closed at once.</summary>
    /// <value>The default is 2000.</value>
    public int MostConnections { get; init; } = 2000;

    /// <summary>Gets what is told when a request has been answered; it is called on any thread and may not throw.</summary>
    /// <value>Null for nobody.</value>
    public Action<ServedFile>? Ended { get; init; }
}
