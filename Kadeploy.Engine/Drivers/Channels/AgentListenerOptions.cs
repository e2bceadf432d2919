using System.Net;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>How the listener for agents is set up.</summary>
internal sealed record AgentListenerOptions
{
    /// <summary>Gets the directory that keeps the certificate and the tokens.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Gets where it listens.</summary>
    /// <value>The default is port 25300 on all addresses, IPv6 and IPv4. Port 0 takes one that is free, which does not outlive the engine.</value>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.IPv6Any, 25300);

    /// <summary>Gets after how long without a sign of life a connection is lost, in whole seconds.</summary>
    /// <value>The default is 30 seconds: longer than a switch needs to learn a new tree, shorter than an administrator's patience.</value>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long a caller has to prove who it is.</summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan GreetingTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets how many callers may be proving who they are at once; further ones are turned away and call again.</summary>
    /// <value>The default is 1024.</value>
    public int MostGreetings { get; init; } = 1024;

    /// <summary>Gets the programs that are sent to nodes before they are run there, by name.</summary>
    /// <value>The default is those that come with the engine.</value>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Programs { get; init; } = EmbeddedPrograms.All;

    /// <summary>Gets what is told of arrivals, refusals and losses, a line each; it must not wait.</summary>
    public Action<string>? Report { get; init; }
}
