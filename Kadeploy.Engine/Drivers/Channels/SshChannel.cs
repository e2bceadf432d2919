using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Sockets;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Processes;
using Kadeploy.Engine.Drivers.Sites;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>Talks to installed systems through the system's ssh.</summary>
/// <param name="settings">How they are reached.</param>
/// <param name="proofKey">The key that proves what runs; null to ask with a normal login only.</param>
/// <param name="agentFile">The agent's executable for nodes; null when programs are not to be run there.</param>
/// <param name="time">The clock.</param>
internal sealed class SshChannel(SshSettings settings, ProofKey? proofKey, string? agentFile, TimeProvider time) : INodeChannel, IAsyncDisposable
{
    private const int ConnectionFailed = 255;
    private const int SilencesOfOneGone = 2; // one lost packet is none
    private const int RefusalsOfOneUp = 3; // an ssh server that is starting may not understand itself yet

    // A node's firmware owns its address before Linux does and answers no SYN; the system's own repetitions come 1, 2, 4 and 8 s later.
    private static readonly TimeSpan ConnectTime = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    // Servers shut out who fails too often.
    private static readonly TimeSpan PauseAfterDenial = TimeSpan.FromSeconds(3);

    private readonly SshTarget _target = new(settings);
    private readonly ProcessRunner _runner = new(time);
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeName, Task<SshAgent>> _agents = [];

    // What nodes that were waited for have just told of themselves, for the next who asks.
    private readonly ConcurrentDictionary<NodeName, (RunningSystem System, long At)> _told = new();

    /// <summary>Gets what is sent to nodes before it is run there, by name.</summary>
    /// <value>The default is the programs that come with the engine.</value>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Programs { get; init; } = EmbeddedPrograms.All;

    /// <inheritdoc/>
    public string Missing => ProgramPath.Find("ssh") is null ? "the program 'ssh' is missing: install an ssh client (Debian: openssh-client)" : "";

    /// <inheritdoc/>
    /// <exception cref="CommandStoppedException">It was cancelled; the lines say why ssh was not let in.</exception>
    public async Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken)
    {
        ImmutableArray<string> problem = [];
        try
        {
            while (true)
            {
                var pause = ShortPause;
                if (await AnswersAsync(node, cancellationToken).ConfigureAwait(false))
                {
                    (var system, problem) = await AskWhileThereAsync(node, cancellationToken).ConfigureAwait(false);
                    if (system is not null && system.Kind == expected && system.BootId != previousBootId)
                    {
                        _told[node.Name] = (system, time.GetTimestamp());
                        return system;
                    }

                    if (problem.Any(IsDenial)) pause = PauseAfterDenial;
                }

                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!problem.IsEmpty)
        {
            throw new CommandStoppedException(problem, cancellationToken);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="CommandStoppedException">It was cancelled; the lines say what was seen of the node.</exception>
    public async Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken)
    {
        var (silences, refusals, wasSilent) = (0, 0, false);
        ImmutableArray<string> problem = ["no ssh server has answered there"];
        try
        {
            while (true)
            {
                var pause = ShortPause;
                if (await AnswersAsync(node, cancellationToken).ConfigureAwait(false))
                {
                    silences = 0;
                    (var system, problem) = await AskWhileThereAsync(node, cancellationToken).ConfigureAwait(false);
                    // Without an identifier to compare with, one that has not been silent may be the one that is about to go down.
                    if (system is not null && system.BootId != previousBootId && (wasSilent || previousBootId is not null))
                    {
                        _told[node.Name] = (system, time.GetTimestamp());
                        return system;
                    }

                    if (system is null && wasSilent && (problem.Any(IsDenial) || ++refusals >= RefusalsOfOneUp)) return null;
                    if (problem.Any(IsDenial)) pause = PauseAfterDenial;
                }
                else if (++silences >= SilencesOfOneGone)
                {
                    wasSilent = true;
                }

                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            throw new CommandStoppedException(wasSilent ? problem : [.. problem, "the node was never seen to go down"], cancellationToken);
        }
    }

    /// <inheritdoc/>
    /// <remarks>What a node told less than five seconds ago, when it was waited for, is not asked again: each login costs it a fraction of a second.</remarks>
    public async Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken)
    {
        if (_told.TryRemove(node.Name, out var told) && time.GetElapsedTime(told.At) < Fresh) return told.System;
        return await AnswersAsync(node, cancellationToken).ConfigureAwait(false) ? (await AskAsync(node, cancellationToken).ConfigureAwait(false)).System : null;
    }

    /// <inheritdoc/>
    public async Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken)
    {
        var remote = new RemoteCommand(command, null, null);
        var agent = await AgentOfAsync(node, cancellationToken).ConfigureAwait(false);
        try
        {
            return AgentChannel.ResultOf(node.Name, command, await agent.Connection.RunAsync(remote, cancellationToken).ConfigureAwait(false));
        }
        catch (ChannelLostException) when (remote.WasSent)
        {
            throw new ChannelLostException($"node {node.Name}: ssh ended while '{command.Program}' ran there; the agent ended it with that") { Evidence = remote.LastLines };
        }
    }

    /// <inheritdoc/>
    public async Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken)
    {
        var agent = await AgentOfAsync(node, cancellationToken).ConfigureAwait(false);
        using var content = AgentChannel.Open(node.Name, file);
        await agent.Connection.WriteFileAsync(file.Path, file.Mode, content, content.Length, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends all connections, and with them the agents that were started.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<SshAgent>[] agents;
        lock (_gate)
        {
            agents = [.. _agents.Values];
            _agents.Clear();
        }

        foreach (var agent in agents)
        {
            await ((Task)agent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (agent.IsCompletedSuccessfully) await (await agent.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsDenial(string line) => line.Contains("Permission denied", StringComparison.OrdinalIgnoreCase);

    // One agent for all callers. One that is lost or did not start is started anew.
    private async Task<SshAgent> AgentOfAsync(Node node, CancellationToken cancellationToken)
    {
        if (agentFile is null)
            throw new DriverUnusableException(FaultCodes.DriverMissing, $"node {node.Name}: there is no agent to send to its installed system: {InstalledSystems.AgentBeside} does not exist, and server.agent_file does not name another one; build it with "
                + $"'dotnet publish Kadeploy.Agent -c Release -r linux-x64 -p:Aot=true -o {Path.GetDirectoryName(InstalledSystems.AgentBeside)}'");
        Task<SshAgent> agent;
        SshAgent? old = null;
        lock (_gate)
        {
            if (_agents.TryGetValue(node.Name, out agent!) && agent.IsCompleted)
            {
                if (agent.IsCompletedSuccessfully && agent.Result.Connection.Ended.IsCompleted) old = agent.Result;
                if (old is not null || !agent.IsCompletedSuccessfully) _agents.Remove(node.Name);
            }

            // Not the caller's token: others wait for the same agent.
            if (!_agents.TryGetValue(node.Name, out agent!))
                _agents[node.Name] = agent = Task.Run(() => SshAgent.StartAsync(node, _target, agentFile, Programs, time, CancellationToken.None), CancellationToken.None);
        }

        if (old is not null) await old.DisposeAsync().ConfigureAwait(false);
        return await agent.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AnswersAsync(Node node, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(ConnectTime, time);
        // Fires when the caller cancels or the node does not answer.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(SshTarget.HostOf(node), _target.Port, stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception problem) when (problem is SocketException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    // A system that goes down does not end its connections: ssh would go on waiting for it while the next one has long been there.
    private async Task<(RunningSystem? System, ImmutableArray<string> Problem)> AskWhileThereAsync(Node node, CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken); // cancelled when the node has fallen silent, and at the end
        var asking = AskAsync(node, gone.Token);
        try
        {
            for (var silent = 0; silent < SilencesOfOneGone;)
            {
                var looking = Task.Delay(LookPause, time, gone.Token);
                if (await Task.WhenAny(asking, looking).ConfigureAwait(false) == asking) return await asking.ConfigureAwait(false);
                silent = await AnswersAsync(node, cancellationToken).ConfigureAwait(false) ? 0 : silent + 1;
            }

            return (null, ["the system went down while it was asked what it is"]);
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // By the proof key, whose forced command is the script; where that is not known, by a normal login that is given the script.
    private async Task<(RunningSystem? System, ImmutableArray<string> Problem)> AskAsync(Node node, CancellationToken cancellationToken)
    {
        if (proofKey is not null)
        {
            var (system, problem) = await AskAsync(_target.LoginWith(node, "sh -s", proofKey), cancellationToken).ConfigureAwait(false);
            if (system is not null || !problem.Any(IsDenial)) return (system, problem);
        }

        return await AskAsync(_target.Login(node, "sh -s"), cancellationToken).ConfigureAwait(false);
    }

    private async Task<(RunningSystem? System, ImmutableArray<string> Problem)> AskAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ProofTime, time);
        // Fires when the caller cancels or the node hangs.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var command = new ProcessCommand { Program = "ssh", Arguments = [.. arguments.Select(static each => (ProcessArgument)each)], Input = SystemProof.Script + "\n" };
            var outcome = await _runner.RunAsync(command, stop.Token).ConfigureAwait(false);
            var system = outcome.ExitStatus == ConnectionFailed ? null : SystemProof.Parse(outcome.Output);
            return system is not null ? (system, []) : (null, outcome.Errors.IsEmpty ? [$"ssh ended with status {outcome.ExitStatus} and told nothing"] : outcome.Errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, [$"ssh did not end within {ProofTime.TotalSeconds:0} s"]);
        }
    }
}
