using System.Collections.Immutable;
using System.Net;
using System.Text;
using Kadeploy.Engine.Drivers.Channels;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>A real listener on loopback, the channel on it, and commands.</summary>
internal sealed class AgentHarness : IAsyncDisposable
{
    private static readonly StepReference Step = new(3, "lab", MacroStep.BroadcastEnv, new("BroadcastEnvChain"), new("ManageUserPostInstall"));
    private readonly OperationId _operation = OperationId.Create(OperationKind.Deployment, TimeProvider.System.GetUtcNow());
    private readonly List<string> _reports = [];
    private readonly INodeChannel? _installed;
    private readonly List<FileStream> _held = [];
    private int _attempt;

    public AgentHarness(TimeSpan? grace = null, TimeSpan? silence = null, INodeChannel? installed = null)
    {
        _installed = installed;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the agent runs on Linux only");
        Silence = silence ?? TimeSpan.FromSeconds(30);
        Grace = grace ?? TimeSpan.FromSeconds(60);
        (Listener, Channel) = Listen(0);
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public TimeSpan Grace { get; }

    public TimeSpan Silence { get; }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Gets what the engine sends to nodes before it is run there.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Programs { get; } = new()
    {
        ["kadeploy-greet"] = "#!/bin/sh\necho \"hello $1 from $0\"\nkadeploy-count\n"u8.ToArray(),
        ["kadeploy-count"] = "#!/bin/sh\nwc -c\n"u8.ToArray(),
    };

    public AgentListener Listener { get; private set; }

    public AgentChannel Channel { get; private set; }

    public Node Node { get; } = NodeOf("n-1");

    public string Reports
    {
        get
        {
            lock (_reports) return string.Join('\n', _reports);
        }
    }

    public static Node NodeOf(string name) => new() { Name = NodeName.Parse(name), Cluster = "lab" };

    public string KernelArguments(Node? node = null) => Listener.KernelArguments((node ?? Node).Name, "127.0.0.1");

    /// <summary>Starts an agent and waits until it has arrived.</summary>
    public async Task<AgentProcess> StartAgentAsync(string bootId = "boot-1")
    {
        var agent = AgentProcess.Start(Folder, KernelArguments(), bootId);
        var system = await Channel.WaitForAsync(Node, SystemKind.DeploymentEnvironment, null, Token);
        Assert.Equal(bootId, system.BootId);
        return agent;
    }

    /// <summary>Ends the listener and starts another on the same state and port, as a restarted engine does.</summary>
    public async Task RestartAsync()
    {
        await Listener.DisposeAsync();
        (Listener, Channel) = Listen(Listener.EndPoint.Port);
    }

    public NodeCommand Command(string program, params string[] arguments) =>
        new(new(_operation, Node.Name, Step, 1, Interlocked.Increment(ref _attempt)), program, [.. arguments]);

    public NodeCommand Script(string text, params string[] arguments) => Command("sh", ["-c", text, "sh", .. arguments]);

    public Task<CommandResult> RunAsync(NodeCommand command) => Channel.RunAsync(Node, command, Token);

    /// <summary>Starts a script that says "ready", waits for a file to appear, then says "done" and ends with 5; counts its runs.</summary>
    public async Task<(Task<CommandResult> Run, NodeCommand Command, Action Go)> StartWaitingAsync()
    {
        var (go, runs) = (Folder.File("go"), Folder.File("runs"));
        var mkfifo = await RunAsync(Command("mkfifo", go));
        Assert.Equal(0, mkfifo.ExitStatus);
        // Held by the test, so that the script reads its end when the test ends, however that is.
        _held.Add(new(go, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0));
        var command = Script("""echo run >> "$2"; echo ready; read line < "$1"; echo done; exit 5""", go, runs);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = Channel.RunAsync(Node, command, output =>
        {
            if (Encoding.UTF8.GetString(output.Data.Span).Contains("ready", StringComparison.Ordinal)) ready.TrySetResult();
        }, null, Token);
        await await Task.WhenAny(ready.Task, run);
        return (run, command, () => _held[^1].Write("go\n"u8));
    }

    public ImmutableArray<string> Runs => [.. File.ReadAllLines(Folder.File("runs"))];

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        foreach (var each in _held) await each.DisposeAsync();
        Folder.Dispose();
    }

    private (AgentListener Listener, AgentChannel Channel) Listen(int port)
    {
        var listener = AgentListener.Start(
            new()
            {
                StateDirectory = Folder.File("engine"),
                EndPoint = new(IPAddress.Loopback, port),
                Programs = Programs,
                Silence = Silence,
                Report = line =>
                {
                    lock (_reports) _reports.Add(line);
                },
            },
            TimeProvider.System);
        return (listener, new(listener, _installed, Grace, TimeProvider.System));
    }
}
