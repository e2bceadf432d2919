using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Channels;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>What an engine listens on for real machines; nothing is opened before the first operation needs it.</summary>
/// <param name="server">This server's settings.</param>
/// <param name="stateDirectory">Where certificate and tokens are kept, so that agents find a restarted engine to be the same.</param>
/// <param name="time">The clock.</param>
internal sealed class SiteServices(ServerSettings server, string stateDirectory, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly List<IAsyncDisposable> _open = [];
    private AgentListener? _agents;
    private bool _servesTftp;
    private bool _servesHttp;
    private ImageServer? _images;

    /// <summary>Gets the listener for agents.</summary>
    /// <exception cref="InvalidOperationException">Nothing was started.</exception>
    public AgentListener Agents => _agents ?? throw new InvalidOperationException("the services were not started");

    /// <summary>Gets the server of images.</summary>
    /// <exception cref="InvalidOperationException">Nothing was started.</exception>
    public ImageServer Images => _images ?? throw new InvalidOperationException("the services were not started");

    /// <summary>Opens everything that is not open yet.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConfigurationException">A port cannot be had; nothing is left open.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_images is not null) return;
            _agents = Open(() => AgentListener.Start(new() { StateDirectory = stateDirectory, EndPoint = server.Agents }, time), "agents", server.Agents.Port);
            ServeBootFiles();
            _images = Open(() => ImageServer.Start(server.Images, server.Address, time), "images", server.Images.Port);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Serves boot files, for nodes that are only rebooted, unless another process of this site's has the ports and does so.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task StartBootFilesAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ServeBootFiles();
        }
        catch (ConfigurationException)
        {
            // The other process serves the same folder by the same configuration, and nobody calls home here.
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _starting.Dispose();
    }

    private void ServeBootFiles()
    {
        if (!_servesTftp && server.Tftp is { } tftp)
        {
            Open(() => TftpServer.Start(tftp, time), "tftp", tftp.Port);
            _servesTftp = true;
        }

        if (!_servesHttp && server.Http is { } http)
        {
            Open(() => BootFileServer.Start(http, time), "http", http.Port);
            _servesHttp = true;
        }
    }

    private T Open<T>(Func<T> start, string key, int port)
        where T : IAsyncDisposable
    {
        try
        {
            var service = start();
            _open.Add(service);
            return service;
        }
        catch (Exception failure) when (failure is DriverUnusableException or ConfigurationException)
        {
            throw new ConfigurationException(
                $"{failure.Message.Split('\n')[0]}. Only one process of Kadeploy can use port {port}: if another one runs operations on this machine, "
                + $"wait for it or let it run this one too; else give this one a port of its own by 'server: {key}:' in kadeploy.yml");
        }
    }

    private async Task CloseAsync()
    {
        foreach (var service in Enumerable.Reverse(_open)) await service.DisposeAsync().ConfigureAwait(false);
        _open.Clear();
        (_agents, _images, _servesTftp, _servesHttp) = (null, null, false, false);
    }
}
