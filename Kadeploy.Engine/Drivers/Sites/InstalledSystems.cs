using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Drivers.Sites;

internal sealed class InstalledSystems(ServerSettings server, string stateDirectory, TimeProvider time) : IAsyncDisposable
{
    public Task<string?> ProofKeyLineAsync(IEnumerable<ClusterSettings> clusters, CancellationToken cancellationToken)
    {
        _ = (server, stateDirectory, time, clusters);
        return Task.FromResult<string?>(null);
    }

    public Task<INodeChannel?> ChannelAsync(ClusterSettings cluster, CancellationToken cancellationToken) { _ = server; return Task.FromResult<INodeChannel?>(null); }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
