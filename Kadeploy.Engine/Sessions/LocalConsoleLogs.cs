using System.Runtime.CompilerServices;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Sessions;

/// <summary>What was kept of consoles in the state directory, or by what else writes to a file that the configuration names.</summary>
/// <param name="settings">What the session works with.</param>
internal sealed class LocalConsoleLogs(KaSession settings) : IConsoleLogs
{
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(NodeName node, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var piece in (await OpenAsync(node, follow, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false))
            if (!piece.IsEmpty) yield return piece;
    }

    public async IAsyncEnumerable<string> ReadLinesAsync(NodeName node, int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pieces = await OpenAsync(node, follow, cancellationToken).ConfigureAwait(false);
        await foreach (var line in ConsoleLogs.LinesAsync(pieces, tail, cancellationToken).ConfigureAwait(false)) yield return line;
    }

    private async Task<IAsyncEnumerable<ReadOnlyMemory<byte>>> OpenAsync(NodeName node, bool follow, CancellationToken cancellationToken)
    {
        var state = settings.StateDirectory!;
        if (ConsoleLogs.Exists(state, node)) return ConsoleLogs.ReadAsync(state, node, follow, cancellationToken);
        if (settings.Simulation is not null) throw new ConfigurationException($"nothing was kept of the console of {node}: the consoles of simulated nodes print nothing");
        var cluster = (await LocalSite.ReadWholeAsync(settings, cancellationToken).ConfigureAwait(false)).Clusters.FirstOrDefault(cluster => cluster.Nodes.Any(each => each.Name == node))
            ?? throw new ConfigurationException($"node '{node}' is not known; 'kadeploy nodes list' lists what is");
        if ((cluster.NodeConsoles.TryGetValue(node, out var own) ? own : cluster.Console) is not ConsoleSettings.LogFile file)
            throw new ConfigurationException($"nothing was kept yet of the console of {node}; it is kept while somebody uses it, and while operations run");
        var path = file.Of(node);
        return File.Exists(path)
            ? ConsoleLogs.ReadFileAsync(path, follow, cancellationToken)
            : throw new ConfigurationException($"there is no file '{path}' yet, to which something writes what comes from the console of {node}");
    }
}
