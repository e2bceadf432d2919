using Kadeploy.Engine.Drivers.Broadcast;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Tests.Drivers.Files;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Broadcast;

/// <summary>The site's own broadcast, here a shell script.</summary>
public sealed class CustomBroadcasterTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly IFileScope _files;

    public CustomBroadcasterTests()
    {
        _files = LocalFiles.In(_folder["state"]);
        File.WriteAllText(_folder["image"], "image");
    }

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_gets_image_nodes_and_what_nodes_have_to_run()
    {
        var results = await SendAsync("cat \"$1\" \"$2\" >\"$0.seen\"; echo \"$3\" >>\"$0.seen\"");
        Assert.All(results.Values, static result => Assert.True(result is { Failure: null, IsUnproved: true, Digest: null }));
        Assert.Equal("imagesim-1\nsim-2\ntar -x 'it'\\''s' -f -\n", await File.ReadAllTextAsync(_folder["tool.sh.seen"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_node_that_it_names_has_failed()
    {
        var results = await SendAsync("echo sim-2 >\"$KADEPLOY_FAILED_NODES\"; echo lost sim-2 >&2");
        Assert.Null(results["sim-1"].Failure);
        Assert.Contains("sim-2", results["sim-2"].Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("lost sim-2", results["sim-2"].Failure!.Evidence);
    }

    [Fact]
    public async Task When_it_fails_no_node_has_the_image()
    {
        var results = await SendAsync("echo no route >&2; exit 4");
        Assert.All(results.Values, static result => Assert.Contains("status 4", result.Failure!.Message, StringComparison.Ordinal));
        Assert.All(results.Values, static result => Assert.Contains("no route", result.Failure!.Evidence));
    }

    [Fact]
    public async Task A_tool_that_is_not_there_is_named()
    {
        var broadcaster = new CustomBroadcaster(new(["/nowhere/tool", "ENVFILE"]), [], _files, TimeProvider.System);
        await foreach (var result in broadcaster.SendAsync(Request(), TestContext.Current.CancellationToken))
            Assert.Contains("/nowhere/tool", result.Failure!.Message, StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, BroadcastResult>> SendAsync(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the tool is a shell script");
        await File.WriteAllTextAsync(_folder["tool.sh"], script, TestContext.Current.CancellationToken);
        var broadcaster = new CustomBroadcaster(new(["sh", _folder["tool.sh"], "ENVFILE", "NODEFILE", "DECOMPRESS"]), [], _files, TimeProvider.System);
        var results = new Dictionary<string, BroadcastResult>();
        await foreach (var result in broadcaster.SendAsync(Request(), TestContext.Current.CancellationToken)) results.Add(result.Node.Value, result);
        return results;
    }

    private BroadcastRequest Request()
    {
        var plan = SamplePlan.Default(2);
        return new(
            new(new Uri(_folder["image"]), ImageKind.Tar, ImageCompression.None),
            [.. new[] { "sim-1", "sim-2" }.Select(name => new BroadcastTarget(
                new() { Name = NodeName.Parse(name), Cluster = "c" },
                plan.Attempt(name, MacroStep.BroadcastEnv, "SendEnvironment"), "/dev/vda3", ["tar", "-x", "it's", "-f", "-"]))]);
    }
}
