using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Kadeploy.Agent.Tests.EndToEnd;
using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Kadeploy.Engine.Drivers.Files;
using Xunit;

namespace Kadeploy.Agent.Tests.Broadcast;

/// <summary>A broadcast on this machine's loopback: the real server, and real agents in processes of their own.</summary>
internal sealed class LoopbackChain : IAsyncDisposable
{
    private readonly CancellationTokenSource _watching = new();
    private readonly List<(int Node, AgentProcess Agent)> _agents = [];
    private readonly ChainMember[] _members;
    private readonly Task _watch;

    private LoopbackChain(TemporaryFolder folder, byte[] image, ImageManifest manifest, ChainServer server, ChainMember[] members, ChainRun run)
    {
        (Folder, Image, Manifest, Server, _members, Run) = (folder, image, manifest, server, members, run);
        server.Open(run);
        _watch = run.WatchAsync(progress => Told.Add(progress), _watching.Token);
    }

    public TemporaryFolder Folder { get; }

    public byte[] Image { get; }

    public ImageManifest Manifest { get; }

    public ChainServer Server { get; }

    public ChainRun Run { get; }

    /// <summary>Gets all progress that was told.</summary>
    public global::System.Collections.Concurrent.ConcurrentBag<BroadcastProgress> Told { get; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Prepares a broadcast of an image to some nodes, none of which has been started.</summary>
    public static async Task<LoopbackChain> PrepareAsync(byte[] image, int nodes, ChainOptions? options = null)
    {
        var folder = new TemporaryFolder();
        var file = folder.File("image");
        await File.WriteAllBytesAsync(file, image, Token);
        var manifest = await new ManifestMaker(folder.File("cache"), folder.File("manifests")).MakeAsync(new(file, image.Length, Convert.ToHexStringLower(SHA256.HashData(image))), Token);
        options ??= new();
        var server = ChainServer.Start(new(IPAddress.Loopback, 0), "127.0.0.1", 0, TimeProvider.System);
        ChainMember[] members = [.. Enumerable.Range(1, nodes).Select(static i => new ChainMember((uint)i, new() { Name = NodeName.Parse($"n-{i}"), Cluster = "c" }))];
        var lines = ChainOrder.Cut([.. members.Select(static member => member.Node)], options.Chains)
            .Select(line => (IReadOnlyList<ChainMember>)[.. line.Select(node => members.Single(member => member.Node == node))]).ToList();
        return new(folder, image, manifest, server, members, new(server, file, manifest, lines, options, TimeProvider.System));
    }

    /// <summary>Gives what a node's agent reads on its standard input.</summary>
    public string LinesFor(int node) => Run.LinesFor(_members[node - 1]);

    /// <summary>Starts a node's agent, which writes into a file of its own unless other arguments are given.</summary>
    public Process Start(int node, string? lines = null, params string[] arguments)
    {
        var agent = AgentProcess.Start(["receive", .. arguments.Length > 0 ? arguments : (string[])["--to", SinkOf(node)]]);
        _agents.Add((node, agent));
        agent.Process.StandardInput.Write(lines ?? LinesFor(node));
        agent.Process.StandardInput.Close();
        return agent.Process;
    }

    /// <summary>Gives what all agents have written on their standard errors so far.</summary>
    public string Said() => string.Join('\n', _agents.Select(static each => $"{each.Node}: {each.Agent.Said()}"));

    /// <summary>Gives the file into which a node writes.</summary>
    public string SinkOf(int node) => Folder.File($"disk-{node}");

    /// <summary>Waits for an agent and gives how it ended.</summary>
    public static async Task<(int Status, string Output)> EndAsync(Process agent)
    {
        var output = await agent.StandardOutput.ReadToEndAsync(Token);
        await agent.WaitForExitAsync(Token);
        return (agent.ExitCode, output);
    }

    /// <summary>Asserts that agents end well, say the root digest, and have written the image.</summary>
    public async Task AssertWellAsync(params (int Node, Process Agent)[] nodes)
    {
        foreach (var (node, agent) in nodes)
        {
            var (status, output) = await EndAsync(agent);
            Assert.Equal((0, $"root={Manifest.Root}\nsha256={Convert.ToHexStringLower(Manifest.Head.ImageDigest)} bytes={Image.Length}\n"), (status, output));
            var written = await File.ReadAllBytesAsync(SinkOf(node), Token);
            Assert.True(written.AsSpan().SequenceEqual(Image), $"node {node} has written something else");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, agent) in _agents) agent.Dispose();

        await _watching.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Server.DisposeAsync();
        Run.Dispose();
        _watching.Dispose();
        Folder.Dispose();
    }
}
