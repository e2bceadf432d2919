using System.Collections.Concurrent;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Channels;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>How installed systems are asked and used, by ssh; shared by all operations.</summary>
/// <param name="server">This server's settings.</param>
/// <param name="stateDirectory">Where the key is kept by which deployed systems are asked.</param>
/// <param name="time">The clock.</param>
internal sealed class InstalledSystems(ServerSettings server, string stateDirectory, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _making = new(1, 1);
    private readonly ConcurrentDictionary<string, SshChannel> _channels = new(StringComparer.Ordinal);
    private ProofKey? _proofKey;

    /// <summary>Gets where an installed kadeploy has the agent's executable.</summary>
    /// <remarks>Beside the engine, which is not always beside the program: PowerShell loads it from the module's folder.</remarks>
    public static string AgentBeside => Path.Combine(
        Path.GetDirectoryName(typeof(InstalledSystems).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory,
        "agent", "linux-x64", "kadeploy-agent");

    /// <summary>Gives the line that deployed systems get.</summary>
    /// <param name="clusters">The clusters of an operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A line of <c>authorized_keys</c>; null when the clusters do without.</returns>
    public async Task<string?> ProofKeyLineAsync(IEnumerable<ClusterSettings> clusters, CancellationToken cancellationToken) =>
        clusters.Any(static cluster => cluster.Ssh.AddProofKey) ? (await KeyAsync(cancellationToken).ConfigureAwait(false)).AuthorizedKeysLine : null;

    /// <summary>Gives the channel to a cluster's installed systems.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The channel.</returns>
    public async Task<INodeChannel> ChannelAsync(ClusterSettings cluster, CancellationToken cancellationToken)
    {
        var key = cluster.Ssh.AddProofKey ? await KeyAsync(cancellationToken).ConfigureAwait(false) : null;
        return _channels.GetOrAdd(cluster.Cluster.Name, _ => new(cluster.Ssh, key, AgentFile(), time));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values) await channel.DisposeAsync().ConfigureAwait(false);
        _making.Dispose();
    }

    // The native program that comes along; without it programs cannot be run on installed systems, and the channel says so.
    private string? AgentFile()
    {
        if (server.AgentFile is not null) return server.AgentFile;
        return File.Exists(AgentBeside) ? AgentBeside : null;
    }

    private async Task<ProofKey> KeyAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _proofKey ??= await ProofKey.LoadOrCreateAsync(stateDirectory, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _making.Release();
        }
    }
}
