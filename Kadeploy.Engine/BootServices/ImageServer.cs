using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Kadeploy.Engine.BootServices;

/// <summary>Serves images to nodes by HTTP, each under a path that only who was told it can ask for, and no longer than it is needed.</summary>
internal sealed class ImageServer : IAsyncDisposable
{
    private const int SecretLength = 32;

    private readonly Offers _offers;
    private readonly HttpFileServer _server;
    private readonly string _host;

    private ImageServer(HttpFileServer server, Offers offers, string host) => (_server, _offers, _host) = (server, offers, host);

    /// <summary>Gets where it listens.</summary>
    public IPEndPoint EndPoint => _server.EndPoints[0];

    /// <summary>Begins to serve nothing.</summary>
    /// <param name="endPoint">Where to listen; port 0 takes a free one.</param>
    /// <param name="host">The address or name by which nodes reach this machine.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <returns>The server, which listens already.</returns>
    /// <exception cref="ConfigurationException">The address or the port cannot be had.</exception>
    public static ImageServer Start(IPEndPoint endPoint, string host, TimeProvider time)
    {
        var offers = new Offers();
        var options = new BootFileOptions { Root = "", Addresses = [endPoint.Address], Port = endPoint.Port };
        return new(HttpFileServer.Start("the image server", offers, options, time), offers, host);
    }

    /// <summary>Offers a file under a new path of 256 random bits.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The offer, which is withdrawn when it is disposed; what is on its way then is still sent.</returns>
    public ImageOffer Offer(string file)
    {
        var name = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));
        _offers.Files[$"/{name}"] = file;
        var host = _host.Contains(':', StringComparison.Ordinal) ? $"[{_host}]" : _host;
        return new(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{EndPoint.Port}/{name}"), () => _offers.Files.TryRemove($"/{name}", out _));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Offers : IServedFiles
    {
        public ConcurrentDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

        public BootFile? Open(string path) => Files.TryGetValue(path, out var file) ? BootFile.Open(file) : null;
    }
}

/// <summary>A file that is served under a path of its own.</summary>
/// <param name="address">Its address: a secret between this server and one node.</param>
/// <param name="withdraw">Ends it.</param>
internal sealed class ImageOffer(string address, Action withdraw) : IDisposable
{
    /// <summary>Gets the address.</summary>
    public string Address => address;

    /// <inheritdoc/>
    public void Dispose() => withdraw();
}
