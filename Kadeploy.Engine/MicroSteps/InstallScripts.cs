using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Runs scripts that come in archives, one archive after the other.</summary>
/// <param name="fault">The code of the fault when one fails.</param>
internal abstract class InstallScripts(FaultCode fault) : CommandStep<DeploymentContext>(fault)
{
    /// <summary>Gives the archives.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>The archives in their order.</returns>
    protected abstract IEnumerable<InstallScript> Archives(DeploymentContext context);

    /// <inheritdoc/>
    protected sealed override async IAsyncEnumerable<NodeCommand> CommandsAsync(
        DeploymentContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var variables = ScriptVariables.Of(context);
        foreach (var script in Archives(context))
        {
            var path = await FilesForNodes.SendArchiveAsync(context, script.Archive, cancellationToken).ConfigureAwait(false);

            // The script's arguments stand behind its name, as Kadeploy 3 has it; there is no shell to part them.
            var words = script.Script?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            yield return Script(
                context, NodePrograms.RunArchive,
                [
                    script.Compression.ToString().ToLowerInvariant(), NodePaths.ArchiveDirectory, path, FilesForNodes.FileName(script.Archive),
                    .. words.Select(word => ScriptVariables.Expand(word, variables)),
                ]);
        }
    }
}
