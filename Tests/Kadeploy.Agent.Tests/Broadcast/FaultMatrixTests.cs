using System.Security.Cryptography;
using Kadeploy.Agent.Tests.EndToEnd;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.TestKit.Chains;
using Xunit;

namespace Kadeploy.Agent.Tests.Broadcast;

/// <summary>Nodes in network namespaces of their own lose their lives, their links or their speed in the middle of a broadcast; the others get the image all the same. How
/// much later is measured by the benchmark.</summary>
public sealed class FaultMatrixTests(FaultMatrixTests.Scene scene) : IClassFixture<FaultMatrixTests.Scene>
{
    private const int Nodes = 8;
    private const int Kill = 9;
    private const int Freeze = 19;
    private const int Megabits = 80;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int[]> Kills => new()
    {
        { "one in the middle", [4] },
        { "the first", [1] },
        { "the last", [8] },
        { "three neighbours", [3, 4, 5] },
        { "all but the last", [1, 2, 3, 4, 5, 6, 7] },
    };

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task Whoever_is_killed_the_others_get_the_image(string which, int[] victims)
    {
        Assert.NotEmpty(which);
        await using var field = await StartAsync();
        await field.UntilAsync(victims, Token);
        foreach (var victim in victims) field.Signal(victim, Kill);
        await AssertWellAsync(field, Others(victims));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task When_one_freezes_for_ever_the_others_get_the_image(int victim)
    {
        await using var field = await StartAsync();
        await field.UntilAsync([victim], Token);
        field.Signal(victim, Freeze);
        await AssertWellAsync(field, Others(victim));
        Assert.Null(field.EndOf(victim));
        Assert.Contains(field.Run.Tally.Bypasses, bypass => bypass.Node == NodeName.Parse($"n-{victim}"));
    }

    [Fact]
    public async Task When_a_link_falls_silent_the_others_get_the_image()
    {
        const int Victim = 5;
        await using var field = await StartAsync();
        await field.UntilAsync([Victim], Token);
        scene.Network.SetLink(Victim, isUp: false);
        try
        {
            await AssertWellAsync(field, Others(Victim));
        }
        finally
        {
            scene.Network.SetLink(Victim, isUp: true);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task One_with_a_tenth_of_the_speed_gets_it_too(int victim)
    {
        scene.Network.Limit(victim, Megabits / 10);
        try
        {
            await using var field = await StartAsync();
            await AssertWellAsync(field, Others());
        }
        finally
        {
            scene.Network.Limit(victim, Megabits);
        }
    }

    [Fact]
    public async Task One_that_comes_late_gets_it_from_the_beginning()
    {
        await using var field = await StartAsync(Others(8));
        await field.UntilAsync([7], Token);
        field.Start([8]);
        await AssertWellAsync(field, Others());
    }

    private static int[] Others(params int[] victims) => [.. Enumerable.Range(1, Nodes).Except(victims)];

    private async Task<ChainField> StartAsync(int[]? nodes = null)
    {
        Assert.SkipWhen(NamespaceNetwork.Obstacle() is { Length: > 0 }, NamespaceNetwork.Obstacle());
        await scene.PrepareAsync(Token);
        var field = ChainField.Prepare(
            scene.Network, Nodes, scene.Image, scene.Manifest, new() { RingBytes = 8 << 20 }, verifies: true, host => [AgentProcess.Program, "receive", "--to", scene.SinkOf(host)]);
        field.Start(nodes ?? Others());
        return field;
    }

    private async Task AssertWellAsync(ChainField field, int[] nodes)
    {
        Assert.True(await field.AwaitAsync(nodes, Long), $"not all have ended: {field.Progress}");
        foreach (var node in nodes)
        {
            Assert.True(field.EndOf(node) is (0, _), $"node {node}: {field.EndOf(node)} {field.OutputOf(node)}");
            Assert.Contains($"root={scene.Manifest.Root}\n", field.OutputOf(node), StringComparison.Ordinal);
            await using var sink = File.OpenRead(scene.SinkOf(node));
            Assert.Equal(Convert.ToHexStringLower(scene.Manifest.Head.ImageDigest), Convert.ToHexStringLower(await SHA256.HashDataAsync(sink, Token)));
        }
    }

    /// <summary>One network for all tests.</summary>
    public sealed class Scene : IDisposable
    {
        private const int Length = 30_000_001;
        private readonly TemporaryFolder _folder = new();
        private NamespaceNetwork? _network;
        private ImageManifest? _manifest;

        internal NamespaceNetwork Network => _network!;

        internal ImageManifest Manifest => _manifest!;

        internal string Image => _folder.File("image");

        internal string SinkOf(int host) => _folder.File($"sink.{host}");

        internal async Task PrepareAsync(CancellationToken cancellationToken)
        {
            for (var host = 1; host <= Nodes; host++) File.Delete(SinkOf(host));
            if (_manifest is not null) return;
            var bytes = new byte[Length];
            new Random(1).NextBytes(bytes);
            await File.WriteAllBytesAsync(Image, bytes, cancellationToken);
            _network = new(Nodes);
            _network.Limit(Megabits);
            _manifest = await new ManifestMaker(_folder.File("cache"), _folder.File("manifests")).MakeAsync(new(Image, Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), cancellationToken);
        }

        public void Dispose()
        {
            _network?.Dispose();
            _folder.Dispose();
        }
    }
}
