using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Drivers.Broadcast;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Tests.Drivers.Files;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Broadcast;

/// <summary>The broadcaster, files and server as they are; nodes that fetch as agents do.</summary>
public sealed class UnicastBroadcasterTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly IFileScope _files;
    private readonly ImageServer _server = ImageServer.Start(new(IPAddress.Loopback, 0), "127.0.0.1", TimeProvider.System);
    private readonly FetchingChannel _channel = new();
    private readonly byte[] _image = RandomNumberGenerator.GetBytes(300_000);

    public UnicastBroadcasterTests()
    {
        _files = LocalFiles.In(_folder["state"]);
        File.WriteAllBytes(_folder["image"], _image);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Digest => Convert.ToHexStringLower(SHA256.HashData(_image));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        _files.Dispose();
        _channel.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_node_gets_the_image_from_an_address_of_its_own_that_is_gone_afterwards()
    {
        var results = await SendAsync(5);
        Assert.All(results.Values, result => Assert.Equal(Digest, result.Digest));
        Assert.Equal(5, _channel.Addresses.Distinct().Count());
        using var client = new HttpClient();
        foreach (var address in _channel.Addresses)
        {
            Assert.DoesNotContain(_channel.Commands, command => command.Arguments.Any(argument => argument.Contains(address.AbsolutePath[1..], StringComparison.Ordinal)));
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(address, Token)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri($"http://{_server.EndPoint}/"), Token)).StatusCode);
        Assert.Equal(["receive", "--", "tar", "-x"], _channel.Commands.First().Arguments);
    }

    [Theory]
    [InlineData(10, "KA2301", "fetch")]
    [InlineData(11, "KA2301", "broke off")]
    [InlineData(12, "KA2301", "'tar' could not write the image on /dev/vda3")]
    [InlineData(13, "KA2302", "is not the image")]
    [InlineData(127, "KA2301", "agent cannot receive")]
    [InlineData(99, "KA2301", "status 99")]
    public async Task A_node_that_fails_says_why_and_leaves_the_others_alone(int status, string code, string text)
    {
        _channel.Status = node => node.Value == "sim-2" ? status : 0;
        var results = await SendAsync(3);
        Assert.Equal(Digest, results["sim-1"].Digest);
        Assert.Equal(Digest, results["sim-3"].Digest);
        var failure = results["sim-2"].Failure!;
        Assert.Equal(code, failure.Code.ToString());
        Assert.Contains("node sim-2", failure.Message, StringComparison.Ordinal);
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.Equal(["it went wrong"], failure.Evidence);
    }

    [Fact]
    public async Task A_node_that_is_lost_costs_itself_only()
    {
        _channel.Failure = node => node.Value == "sim-1" ? new ChannelLostException("node sim-1: gone") : null;
        var results = await SendAsync(2);
        Assert.Equal(FaultCodes.ChannelLost, results["sim-1"].Failure!.Code);
        Assert.Equal(Digest, results["sim-2"].Digest);
    }

    [Fact]
    public async Task An_agent_that_does_not_say_what_it_wrote_has_failed()
    {
        _channel.Silent = true;
        Assert.Equal(FaultCodes.ImageDigest, (await SendAsync(1))["sim-1"].Failure!.Code);
    }

    [Fact]
    public async Task No_more_nodes_are_served_at_once_than_allowed()
    {
        await SendAsync(12, atOnce: 3);
        Assert.InRange(_channel.MostAtOnce, 1, 3);
        Assert.Equal(12, _channel.Commands.Count);
    }

    [Fact]
    public async Task Cancellation_stops_all_and_tells_what_each_had_printed()
    {
        _channel.Hangs = true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = SendAsync(3, cancellationToken: stop.Token);
        await _channel.AllHang(3).WaitAsync(Token);
        await stop.CancelAsync();
        var results = await sending;
        Assert.All(results.Values, static result => Assert.Equal(["half of it"], result.Failure!.Evidence));
    }

    [Fact]
    public async Task An_image_that_is_not_the_recorded_one_is_sent_to_nobody()
    {
        await Assert.ThrowsAsync<OperationFailedException>(() => SendAsync(2, sha256: new('0', 64)));
        Assert.Empty(_channel.Commands);
    }

    private async Task<Dictionary<string, BroadcastResult>> SendAsync(
        int nodes, int atOnce = 48, string? sha256 = null, CancellationToken? cancellationToken = null)
    {
        var plan = SamplePlan.Default(nodes);
        var targets = Enumerable.Range(1, nodes).Select(number => new BroadcastTarget(
            new() { Name = NodeName.Parse($"sim-{number}"), Cluster = "sim" },
            plan.Attempt($"sim-{number}", MacroStep.BroadcastEnv, "SendEnvironment"), "/dev/vda3", ["tar", "-x"]));
        var request = new BroadcastRequest(
            new(new(_folder["image"]), ImageKind.Tar, ImageCompression.None, sha256), [.. targets]);
        var results = new Dictionary<string, BroadcastResult>();
        await foreach (var result in new UnicastBroadcaster(_files, () => _server, _channel, atOnce).SendAsync(request, cancellationToken ?? Token))
            results.Add(result.Node.Value, result);
        return results;
    }

    /// <summary>Nodes whose agents fetch what they are told to.</summary>
    private sealed class FetchingChannel : INodeChannel, IDisposable
    {
        private readonly HttpClient _client = new();
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _now;
        private int _hangs;
        private int _awaited;

        public string Missing => "";

        public ConcurrentQueue<NodeCommand> Commands { get; } = new();

        public ConcurrentQueue<Uri> Addresses { get; } = new();

        public Func<NodeName, int> Status { get; set; } = static _ => 0;

        public Func<NodeName, KadeployException?> Failure { get; set; } = static _ => null;

        public bool Silent { get; set; }

        public bool Hangs { get; set; }

        public int MostAtOnce { get; private set; }

        public Task AllHang(int nodes)
        {
            Volatile.Write(ref _awaited, nodes);
            if (Volatile.Read(ref _hangs) >= nodes) _hanging.TrySetResult();
            return _hanging.Task;
        }

        public async Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken)
        {
            lock (Commands) MostAtOnce = Math.Max(MostAtOnce, ++_now);
            try
            {
                Commands.Enqueue(command);
                if (Failure(node.Name) is { } failure) throw failure;
                if (Hangs) await HangAsync(cancellationToken);
                if (Status(node.Name) is var status and not 0) return new(status, ["it went wrong"]);
                var lines = command.StandardInput!.Split('\n');
                var address = new Uri(lines.Single(static line => line.StartsWith("url=", StringComparison.Ordinal))[4..]);
                Addresses.Enqueue(address);
                var bytes = await _client.GetByteArrayAsync(address, cancellationToken);
                Assert.Contains($"length={bytes.Length}", lines);
                var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
                Assert.Contains($"sha256={digest}", lines);
                return new(0, Silent ? [] : ["tar: nothing to say", $"sha256={digest} bytes={bytes.Length}"]);
            }
            finally
            {
                lock (Commands) _now--;
            }
        }

        public Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose() => _client.Dispose();

        private async Task HangAsync(CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _hangs) == Volatile.Read(ref _awaited)) _hanging.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new CommandStoppedException(["half of it"], cancellationToken);
            }
        }
    }
}
