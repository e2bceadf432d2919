using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.TestKit.Chains;

/// <summary>A broadcast with the real server and the real agents, one on each host of a network; no engine is above it.</summary>
internal sealed partial class ChainField : IAsyncDisposable
{
    private readonly NamespaceNetwork _network;
    private readonly ChainServer _server;
    private readonly ChainMember[] _members;
    private readonly CancellationTokenSource _watching = new();
    private readonly Process?[] _agents;
    private readonly long?[] _exits;
    private readonly Task[] _ends;
    private readonly string[] _output;
    private readonly Func<int, IEnumerable<string>> _arguments;
    private readonly Task _watch;
    private readonly SemaphoreSlim _told = new(0);
    private long _began;

    private ChainField(NamespaceNetwork network, ChainServer server, ChainRun run, ChainMember[] members, Func<int, IEnumerable<string>> arguments)
    {
        (_network, _server, Run, _members, _arguments) = (network, server, run, members, arguments);
        _agents = new Process?[members.Length + 1];
        _exits = new long?[members.Length + 1];
        _ends = new Task[members.Length + 1];
        _output = new string[members.Length + 1];
        _ends[0] = Task.CompletedTask;
        server.Open(run);
        _watch = run.WatchAsync(Told, _watching.Token);
    }

    private void Told(BroadcastProgress progress)
    {
        Progress = progress;
        _told.Release();
    }

    /// <summary>Gets the broadcast.</summary>
    public ChainRun Run { get; }

    /// <summary>Gets what was last told of it.</summary>
    public BroadcastProgress? Progress { get; private set; }

    /// <summary>Gets or sets what is added to each node's lines.</summary>
    public string MoreLines { get; set; } = "";

    /// <summary>Prepares a broadcast.</summary>
    /// <param name="network">The hosts.</param>
    /// <param name="nodes">How many of them take part.</param>
    /// <param name="image">The image's file.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="options">How it goes.</param>
    /// <param name="verifies">Whether nodes compare digests.</param>
    /// <param name="arguments">Gives an agent and its arguments by the host.</param>
    public static ChainField Prepare(
        NamespaceNetwork network, int nodes, string image, ImageManifest manifest, ChainOptions options, bool verifies, Func<int, IEnumerable<string>> arguments)
    {
        var server = network.Inside(0, () => ChainServer.Start(new(IPAddress.Any, 25302), NamespaceNetwork.AddressOf(0).ToString(), 0, TimeProvider.System));
        var lined = Enumerable.Range(1, nodes).Select(i => new ChainMember((uint)i, new Node { Name = NodeName.Parse($"n-{i}"), Cluster = "field" })).ToArray();
        var lines = ChainOrder.Cut([.. lined.Select(static member => member.Node)], options.Chains).Select(line => (IReadOnlyList<ChainMember>)[.. line.Select(node => lined.Single(member => member.Node == node))]).ToList();
        return new(network, server, new(server, image, manifest, lines, options, TimeProvider.System) { Verifies = verifies }, lined, arguments);
    }

    /// <summary>Gives the agent of a host.</summary>
    public Process Agent(int host) => _agents[host]!;

    /// <summary>Gives what an agent has printed, after its end.</summary>
    public string OutputOf(int host) => _output[host];

    /// <summary>Starts the agents of some hosts.</summary>
    public void Start(IEnumerable<int> hosts)
    {
        if (_began == 0) _began = TimeProvider.System.GetTimestamp();
        foreach (var host in hosts) Start(host);
    }

    /// <summary>Waits until some hosts are in the middle of it.</summary>
    public async Task UntilAsync(IReadOnlyCollection<int> hosts, CancellationToken cancellationToken)
    {
        while (!hosts.All(host => Progress?.Nodes[host - 1] is { State: TransferState.Receiving, Bytes: > 0 }))
        {
            if (hosts.Any(host => EndOf(host) is not null)) throw new InvalidOperationException("a node had ended before the middle came");
            await _told.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the agents of some hosts have ended, or the time is over.</summary>
    /// <returns>Whether all have.</returns>
    public async Task<bool> AwaitAsync(IEnumerable<int> hosts, TimeSpan limit)
    {
        using var stop = new CancellationTokenSource(limit);
        await Task.WhenAll(hosts.Select(host => _ends[host])).WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    /// <summary>Gives how an agent has ended, and how long after the beginning; null while it has not.</summary>
    public (int Status, TimeSpan After)? EndOf(int host) => _exits[host] is { } at && _agents[host] is { HasExited: true } agent
        ? (agent.ExitCode, TimeProvider.System.GetElapsedTime(_began, at)) : null;

    /// <summary>Sends a signal to an agent.</summary>
    public void Signal(int host, int signal) => _ = kill(_agents[host]!.Id, signal);

    /// <summary>Gives the most memory that an agent has had, in bytes; 0 when it has ended.</summary>
    public long PeakOf(int host)
    {
        try
        {
            var line = File.ReadLines($"/proc/{_agents[host]!.Id}/status").FirstOrDefault(static each => each.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], global::System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (var host = 1; host < _agents.Length; host++)
            if (_agents[host] is { HasExited: false } agent) agent.Kill();
        await Task.WhenAll(_ends.Where(static end => end is not null)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _watching.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _server.Close(Run);
        await _server.DisposeAsync();
        Run.Dispose();
        foreach (var agent in _agents) agent?.Dispose();
        _watching.Dispose();
        _told.Dispose();
    }

    private void Start(int host)
    {
        var arguments = _arguments(host).ToArray();
        var agent = _network.Start(host, arguments[0], arguments.Skip(1));
        _agents[host] = agent;
        agent.StandardInput.Write(Run.LinesFor(_members[host - 1]) + MoreLines);
        agent.StandardInput.Close();
        _ends[host] = EndAsync(host, agent);
    }

    private async Task EndAsync(int host, Process agent)
    {
        var output = agent.StandardOutput.ReadToEndAsync();
        var error = agent.StandardError.ReadToEndAsync();
        await agent.WaitForExitAsync();
        _exits[host] = TimeProvider.System.GetTimestamp();
        _output[host] = await output + await error;
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
