using System.Collections.Immutable;
using System.Net;

namespace Kadeploy.Engine.BootServices;

/// <summary>Serves the files of a folder by HTTP/1.1: GET and HEAD, ranges, connections that stay open (RFC 9110, RFC 9112).</summary>
/// <remarks>Serves from <see cref="Start"/> until it is disposed, which ends what is under way.</remarks>
public sealed class BootFileServer : IAsyncDisposable
{
    private readonly HttpFileServer _server;

    private BootFileServer(HttpFileServer server) => _server = server;

    /// <summary>Gets where the server listens, in the order of the addresses that were given.</summary>
    public ImmutableArray<IPEndPoint> EndPoints => _server.EndPoints;

    /// <summary>Begins to serve.</summary>
    /// <param name="options">What is served, and where.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <returns>The server, which listens already.</returns>
    /// <exception cref="ConfigurationException">The folder is not there, or an address or the port cannot be had.</exception>
    public static BootFileServer Start(BootFileOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return new(HttpFileServer.Start("the boot file server", new BootRoot(options.Root), options, time));
    }

    /// <summary>Stops listening and ends what is under way.</summary>
    /// <returns>A task that ends when nothing of it runs any more.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
