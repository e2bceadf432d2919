using Kadeploy.Engine.Drivers.Consoles;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Gives users of an operation access to the consoles of its nodes.</summary>
/// <param name="clusters">How each cluster's are reached.</param>
/// <param name="sessions">Where those who use them find them.</param>
/// <param name="readOnly">Whether they only look on.</param>
internal sealed class ConsoleLines(ByCluster<ConsoleAccess> clusters, ConsoleSessions sessions, bool readOnly)
{
    /// <summary>Gets what is missing when a console cannot be used, for users; else empty.</summary>
    public string Missing => clusters.Missing(access => access switch
    {
        ConsoleAccess.None none => none.Missing,
        ConsoleAccess.File file when !readOnly => $"of its consoles there are only files ({file.Settings.Path}), on which nobody can type; look on with --watch",
        _ => "",
    });

    /// <summary>Holds a session until its user leaves.</summary>
    /// <param name="node">The node.</param>
    /// <param name="request">What he asked for.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationFailedException">There is no console to be had, or somebody else has it.</exception>
    public async Task HoldAsync(Node node, ConsoleRequest request, OperationId operation, CancellationToken cancellationToken)
    {
        try
        {
            switch (clusters.Of(node))
            {
                case ConsoleAccess.Line line:
                    var session = new ConsoleSession(node, line.Settings, request, operation);
                    sessions.Offer(operation, session);
                    await session.HoldAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case ConsoleAccess.File file:
                    var looking = new FileConsoleSession(node.Name, file.Settings.Of(node.Name));
                    sessions.Offer(operation, looking);
                    await looking.HoldAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw new DriverUnusableException(FaultCodes.DriverMissing, $"node {node.Name}: {Missing}");
            }
        }
        finally
        {
            sessions.Forget(operation);
        }
    }
}
