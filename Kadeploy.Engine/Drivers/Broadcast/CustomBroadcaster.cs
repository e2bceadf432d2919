using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Broadcast;

/// <summary>Has the site's own command bring the image to the nodes.</summary>
/// <remarks>The words <c>ENVFILE</c>, <c>NODEFILE</c> and <c>DECOMPRESS</c> in its arguments stand for the image's file on this machine, for a file with the names of
/// the nodes, one a line, and for the command that each node has to run with the image on its standard input, as a shell reads it. Exit status 0 means that all nodes have
/// it, except those that the command has written, one a line, into the file that <c>KADEPLOY_FAILED_NODES</c> names; any other, that none has.</remarks>
/// <param name="template">The command.</param>
/// <param name="connector">What <c>DEFAULT_CONNECTOR</c> stands for.</param>
/// <param name="files">Where the image comes from.</param>
/// <param name="time">The clock.</param>
internal sealed class CustomBroadcaster(CommandTemplate template, ImmutableArray<string> connector, IFileSource files, TimeProvider time) : IBroadcaster
{
    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public async IAsyncEnumerable<BroadcastResult> SendAsync(BroadcastRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var image = await files.FetchAsync(request.Image.Location, request.Image.Sha256, cancellationToken).ConfigureAwait(false);
        var folder = Directory.CreateTempSubdirectory("kadeploy-broadcast-").FullName;
        try
        {
            // Nodes whose disks have other names need another command.
            foreach (var group in request.Targets.GroupBy(static target => string.Join('\0', target.Writer)).Select(static group => group.ToImmutableArray()))
                foreach (var result in await SendAsync(image, group, folder, cancellationToken).ConfigureAwait(false)) yield return result;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<IEnumerable<BroadcastResult>> SendAsync(SourceFile image, ImmutableArray<BroadcastTarget> targets, string folder, CancellationToken cancellationToken)
    {
        var (nodes, failed) = (Path.Combine(folder, "nodes"), Path.Combine(folder, "failed"));
        await File.WriteAllLinesAsync(nodes, targets.Select(static target => target.Node.Name.Value), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(failed, "", cancellationToken).ConfigureAwait(false);
        var words = template.Words
            .SelectMany(word => word == "DEFAULT_CONNECTOR" ? connector.AsEnumerable() : [word])
            .Select(word => Replace(word, image.Path, nodes, ShellWords.Of(targets[0].Writer))).ToArray();
        var command = new ProcessCommand
        {
            Program = words[0],
            Arguments = [.. words.Skip(1).Select(static word => (ProcessArgument)word)],
            Environment = ImmutableDictionary<string, string?>.Empty.Add("KADEPLOY_FAILED_NODES", failed),
        };
        ProcessOutcome outcome;
        try
        {
            outcome = await new ProcessRunner(time).RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (DriverUnusableException unusable)
        {
            return targets.Select(target => Failed(target, unusable.Message, []));
        }

        var lost = (await File.ReadAllLinesAsync(failed, cancellationToken).ConfigureAwait(false)).Select(static line => line.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return targets.Select(target =>
            outcome.ExitStatus != 0 ? Failed(target, FormattableString.Invariant($"the site's broadcast '{words[0]}' ended with status {outcome.ExitStatus}"), outcome.Evidence)
            : lost.Contains(target.Node.Name.Value) ? Failed(target, $"the site's broadcast '{words[0]}' says that it failed there", outcome.Evidence)
            : new BroadcastResult(target.Node.Name) { IsUnproved = true });
    }

    private static string Replace(string word, string image, string nodes, string decompress) => word
        .Replace("ENVFILE", image, StringComparison.Ordinal).Replace("NODEFILE", nodes, StringComparison.Ordinal).Replace("DECOMPRESS", decompress, StringComparison.Ordinal);

    private static BroadcastResult Failed(BroadcastTarget target, string what, ImmutableArray<string> evidence) =>
        new(target.Node.Name) { Failure = new(FaultCodes.Broadcast, $"node {target.Node.Name}: {what}") { Evidence = evidence } };
}
