using System.Collections.Concurrent;
using Kadeploy.Protocol;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>Talks to nodes through the agents that have called the engine's listener.</summary>
/// <param name="listener">Where agents arrive.</param>
/// <param name="installed">Talks to installed systems, which have no agent; null when there is no such channel.</param>
/// <param name="grace">How long a command waits for an agent whose connection was lost, or that has yet to come back to a restarted engine.</param>
/// <param name="time">The clock.</param>
internal sealed class AgentChannel(AgentListener listener, INodeChannel? installed, TimeSpan grace, TimeProvider time) : INodeChannel
{
    /// <summary>Longer than the longest pause of an agent between two calls, and the time that a lost connection takes to be noticed.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(60);

    private const int SignalBase = 128;
    private const int MostTransfers = 3;
    private static readonly TimeSpan IdentifyTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GraceOnceLeft = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GoingPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SilenceOfOneGone = TimeSpan.FromSeconds(1);

    // The nodes that were told to leave the deployment environment: nobody who waits for their agents waits for long.
    private readonly ConcurrentDictionary<NodeName, bool> _left = new();

    // The boot in which a node is prepared: in another one its disks may have other names. Empty once its installed system has been waited for.
    private readonly ConcurrentDictionary<NodeName, string> _boots = new();

    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public async Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken)
    {
        if (expected == SystemKind.Installed)
        {
            _left[node.Name] = true;
            if (installed is not { Missing: "" })
            {
                throw new DriverUnusableException(
                    FaultCodes.DriverMissing, $"node {node.Name}: agents run in the deployment environment only; configure a channel to installed systems, such as ssh");
            }

            var leaving = listener.Find(node.Name);
            if (leaving is { System.Kind: SystemKind.DeploymentEnvironment }) await UntilSilentAsync(leaving, cancellationToken).ConfigureAwait(false);
            var system = await installed.WaitForAsync(node, expected, previousBootId, cancellationToken).ConfigureAwait(false);
            _boots[node.Name] = "";
            leaving?.Close(); // what went down by kexec ended no connection
            return system;
        }

        _left.TryRemove(node.Name, out _);
        var connection = await listener.WaitAsync(node.Name, each => each.System.BootId != previousBootId, cancellationToken).ConfigureAwait(false);
        if (connection.System.Kind != expected)
            throw new OperationFailedException(FaultCodes.WrongSystem, $"node {node.Name}: an installed system answers instead of the deployment environment");
        _boots[node.Name] = connection.System.BootId;
        return connection.System;
    }

    /// <inheritdoc/>
    public async Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken); // cancelled when either has come, and at the end
        var agent = AgentAsync();
        var other = installed is { Missing: "" } ? installed.WaitForAnySystemAsync(node, previousBootId, over.Token) : null;
        try
        {
            return await (other is null ? agent : await Task.WhenAny(agent, other).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll((Task)agent, other ?? agent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task<RunningSystem?> AgentAsync() =>
            (await listener.WaitAsync(node.Name, each => each.System.BootId != previousBootId, over.Token).ConfigureAwait(false)).System;
    }

    /// <inheritdoc/>
    public async Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken)
    {
        if (listener.Find(node.Name) is { } connection)
        {
            using var limit = new CancellationTokenSource(IdentifyTime, time);
            // Fires when the caller cancels or the agent does not answer.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                await connection.PingAsync(stop.Token).ConfigureAwait(false);
                return connection.System;
            }
            catch (Exception problem) when (problem is ChannelLostException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // It is gone, without having said so.
            }
        }

        return installed is { Missing: "" } ? await installed.IdentifyAsync(node, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken) =>
        RunAsync(node, command, null, null, cancellationToken);

    /// <inheritdoc cref="INodeChannel.RunAsync"/>
    /// <param name="node">The node.</param>
    /// <param name="command">What to run.</param>
    /// <param name="output">Is told all output as it comes, piece by piece; must not wait. After a lost connection pieces may be missing, which
    /// their offsets show.</param>
    /// <param name="progress">Is told what the program reports on the descriptor named by KADEPLOY_PROGRESS_FD; must not wait.</param>
    /// <param name="cancellationToken">Stops the program.</param>
    public async Task<CommandResult> RunAsync(
        Node node, NodeCommand command, Action<CommandOutput>? output, Action<CommandProgress>? progress, CancellationToken cancellationToken)
    {
        if (listener.Find(node.Name) is null && await RunsInstalledAsync(node, $"'{command.Program}' was not run", cancellationToken).ConfigureAwait(false))
            return await installed!.RunAsync(node, command, cancellationToken).ConfigureAwait(false);
        var remote = new RemoteCommand(command, output, progress);
        var boot = PreparedBoot(node.Name);
        try
        {
            while (true)
            {
                var connection = await ConnectAsync(node.Name, remote, cancellationToken).ConfigureAwait(false);
                boot ??= connection.System.BootId;
                if (connection.System.BootId != boot)
                {
                    throw remote.WasSent
                        ? new ChannelLostException($"node {node.Name} rebooted while '{command.Program}' ran there") { Evidence = remote.LastLines }
                        : Rebooted(node.Name, $"'{command.Program}' was not run");
                }

                try
                {
                    var exit = await connection.RunAsync(remote, cancellationToken).ConfigureAwait(false);
                    remote.ThrowIfListenerFailed();
                    return ResultOf(node.Name, command, exit);
                }
                catch (ChannelLostException)
                {
                    // The program goes on; its agent comes back, and is asked how it ended.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && remote.WasSent)
        {
            // An agent that is away is told when it comes back, before anything else.
            var isAway = !remote.HasEnded && listener.Find(node.Name) is null;
            if (!remote.HasEnded) listener.CancelOnReturn(node.Name, boot!, remote.Id);
            throw new CommandStoppedException(isAway ? [.. remote.LastLines, "the connection with its agent was lost before, and had not come back"] : remote.LastLines, cancellationToken);
        }
    }

    // As long as the deployment environment's agent answers, no other system can: asking by ssh would only keep a node busy that has to shut down.
    private async Task UntilSilentAsync(AgentConnection leaving, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var silence = new CancellationTokenSource(SilenceOfOneGone, time);
                // Fires when the caller cancels or the agent does not answer.
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
                await leaving.PingAsync(stop.Token).ConfigureAwait(false);
                await Task.Delay(GoingPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ChannelLostException)
        {
            // It said that it goes.
        }
        catch (OperationCanceledException)
        {
            if (cancellationToken.IsCancellationRequested)
                throw new CommandStoppedException(["the deployment environment still runs: its agent answers"], cancellationToken);
        }
    }

    /// <summary>Writes a file on a node, as a whole or not at all.</summary>
    /// <inheritdoc cref="AgentConnection.WriteFileAsync"/>
    public async Task WriteFileAsync(
        Node node, string path, UnixFileMode mode, Stream content, long length, Action<CommandProgress>? progress, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(node.Name, null, cancellationToken).ConfigureAwait(false);
        if (PreparedBoot(node.Name) is { } boot && connection.System.BootId != boot) throw Rebooted(node.Name, $"'{path}' was not written");
        await connection.WriteFileAsync(path, mode, content, length, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken)
    {
        if (listener.Find(node.Name) is null && await RunsInstalledAsync(node, $"'{file.Path}' was not written", cancellationToken).ConfigureAwait(false))
        {
            await installed!.SendFileAsync(node, file, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var content = Open(node.Name, file);
        for (var attempt = 1; ; attempt++)
        {
            content.Position = 0;
            try
            {
                await WriteFileAsync(node, file.Path, file.Mode, content, content.Length, null, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ChannelLostException) when (attempt < MostTransfers && !cancellationToken.IsCancellationRequested)
            {
                // The node has the old file or none. Its agent comes back, or the next attempt says that it does not.
            }
        }
    }

    /// <summary>Opens what is to be written on a node.</summary>
    internal static Stream Open(NodeName node, NodeFile file)
    {
        try
        {
            return file.Source is null ? new MemoryStream(file.Content.ToArray(), writable: false) : File.OpenRead(file.Source);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OperationFailedException(FaultCodes.Command, $"node {node}: '{file.Source}' cannot be read to be sent there: {problem.Message}", problem);
        }
    }

    /// <summary>Asks for a node's hardware.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChannelLostException">No agent answers.</exception>
    public async Task<Inventory> ReadInventoryAsync(Node node, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(node.Name, null, cancellationToken).ConfigureAwait(false);
        return await connection.ReadInventoryAsync(cancellationToken).ConfigureAwait(false);
    }

    // What is meant for the deployment environment would destroy a system that came up in its place.
    private async Task<bool> RunsInstalledAsync(Node node, string notDone, CancellationToken cancellationToken)
    {
        if (installed is not { Missing: "" }
            || await installed.IdentifyAsync(node, cancellationToken).ConfigureAwait(false) is not { Kind: SystemKind.Installed }) return false;
        return PreparedBoot(node.Name) is null
            ? true
            : throw new OperationFailedException(
                FaultCodes.WrongSystem, $"node {node.Name}: an installed system answers instead of the deployment environment that was there; {notDone}");
    }

    // Known to the engine that waited for it. A resumed one relies on tokens: they let in no other boot than the one that was prepared.
    private string? PreparedBoot(NodeName node) => _boots.TryGetValue(node, out var boot) && boot.Length > 0 ? boot : null;

    private async Task<AgentConnection> ConnectAsync(NodeName node, RemoteCommand? command, CancellationToken cancellationToken)
    {
        var hasLeft = _left.ContainsKey(node) && GraceOnceLeft < grace;
        var patience = hasLeft ? GraceOnceLeft : grace;
        using var limit = new CancellationTokenSource(patience, time);
        // Fires when the caller cancels or the agent does not come.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await listener.WaitAsync(node, static _ => true, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var problem = command switch
            {
                { WasSent: true } => $"the connection with its agent was lost while '{command.Program}' ran, and did not come back within {patience.TotalSeconds:0} s",
                _ when hasLeft => "it has left the deployment environment, and no agent answers there",
                null => $"its agent did not call within {patience.TotalSeconds:0} s",
                _ => $"its agent did not call within {patience.TotalSeconds:0} s to run '{command.Program}'",
            };
            throw new ChannelLostException($"node {node}: {problem}")
            {
                Evidence = command?.LastLines ?? [],
            };
        }
    }

    internal static CommandResult ResultOf(NodeName node, NodeCommand command, ExitReport exit) => exit.End switch
    {
        CommandEnd.Exited => new(exit.Status, [.. exit.LastLines]),
        CommandEnd.Signalled => new(SignalBase + exit.Status, [.. exit.LastLines, $"{command.Program} was ended by signal {exit.Status}"]),
        // As shells say it: 127 is no such program, 126 one that cannot be run.
        CommandEnd.NotStarted => new(exit.Status == 2 ? 127 : 126, [.. exit.LastLines]),
        CommandEnd.Interrupted => Failed($"the agent was killed while '{command.Program}' ran; what that did remains", node, exit),
        CommandEnd.Cancelled => Failed($"'{command.Program}' was stopped by an earlier cancellation", node, exit),
        CommandEnd.Conflict => Failed($"another command ran under the same attempt; '{command.Program}' was not run", node, exit),
        _ => throw new InvalidOperationException($"'{exit.End}' is no end of a command"),
    };

    private static ChannelLostException Rebooted(NodeName node, string notDone) =>
        new($"node {node} has rebooted since it was prepared; {notDone}, as its disks may have other names now");

    private static CommandResult Failed(string message, NodeName node, ExitReport exit) =>
        throw new OperationFailedException(FaultCodes.Command, $"node {node}: {message}") { Evidence = [.. exit.LastLines] };
}
