using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public sealed class RebootCommandTests : IDisposable
{
    private readonly SiteFolder _site = new();
    private readonly FakeConsole _console = new();
    private readonly FakeEngines _engines = new();

    public RebootCommandTests() => _console.Variables["KADEPLOY_CONFIG"] = _site["kadeploy.yml"];

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_plain_reboot_asks_for_nothing_else()
    {
        var request = await RequestAsync("-m", "node-[1-2]");
        Assert.Equal(
            new RebootRequest { Nodes = request.Nodes, Into = RebootKind.Simple, User = Environment.UserName, CustomOperations = request.CustomOperations }, request);
        Assert.Equal(["node-1", "node-2"], request.Nodes.Select(static node => node.Value));
        Assert.Empty(request.CustomOperations);
    }

    [Fact]
    public async Task A_profile_comes_with_its_nodes_texts_and_files()
    {
        _site.Write("rescue", "kernel FILES_PREFIX--vmlinuz NODE_SINGULARITY\n");
        _site.Write("texts", "# node,text\nnode-1, quiet, really\n\nnode-2,\n");
        var request = await RequestAsync(
            "-m", "node-1", "-r", "set_pxe", "-l", "very_hard", "-w", _site["rescue"], "--set-pxe-pattern", _site["texts"], "-x", $"{_site["vmlinuz"]},http://h/initrd");
        Assert.Equal((RebootKind.SetPxe, PowerLevel.VeryHard, "kernel FILES_PREFIX--vmlinuz NODE_SINGULARITY\n"), (request.Into, request.Level, request.Profile!.Text));
        Assert.Equal([("node-1", " quiet, really"), ("node-2", "")], request.Profile.Singularities.Select(static pair => (pair.Key.Value, pair.Value)).Order());
        Assert.Equal([new Uri(_site["vmlinuz"]), new("http://h/initrd")], request.Profile.Files);
    }

    [Fact]
    public async Task An_environment_comes_with_its_place()
    {
        _site.Write("tiny.yaml", "name: tiny\nos: other\nimage: { file: tiny.dd, kind: dd, compression: gzip }\n");
        var request = await RequestAsync("-m", "node-1", "-r", "recorded-env", "-a", _site["tiny.yaml"], "-p", "3", "-b", "/dev/sdb");
        Assert.Equal((RebootKind.RecordedEnv, "tiny", 3, "/dev/sdb"), (request.Into, request.Environment!.Name, request.Partition, request.BlockDevice));
    }

    [Fact]
    public async Task A_recorded_environment_is_found_by_its_name()
    {
        _site.Write("tiny.yaml", "name: tiny\nalias: t\nos: other\nimage: { file: tiny.dd, kind: dd, compression: gzip }\n");
        _site.Write("tiny.dd", "image");
        Assert.Equal(ExitCode.Ok, await KadeployCommand.RunAsync(["env", "add", _site["tiny.yaml"], "--state", _site["state"]], _console, _engines, TestContext.Current.CancellationToken));
        var request = await RequestAsync("-m", "node-1", "-r", "recorded_env", "-e", "t", "-p", "3", "--state", _site["state"]);
        Assert.Equal(("tiny", 1, 64), (request.Environment!.Name, request.Environment.Revision, request.Environment.Image.Sha256!.Length));
    }

    [Fact]
    public async Task The_deployment_environment_comes_with_a_key_network_and_limit()
    {
        _site.Write("keys", "ssh-ed25519 AAAA me\n");
        var request = await RequestAsync(
            "-m", "node-1", "-r", "deploy_env", "-k", _site["keys"], "--vlan", "7", "-c", "--reboot-classical-timeout", "60+n", "--breakpoint", "Reboot:WaitReboot");
        Assert.Equal((RebootKind.DeployEnv, "ssh-ed25519 AAAA me\n", "7", true), (request.Into, request.AuthorizedKeys, request.Vlan, request.CheckDestructive));
        Assert.Equal(("60+n", "Reboot:WaitReboot"), (request.RebootTimeout!.Text, request.Breakpoint));
    }

    [Theory]
    [InlineData("", "there are no nodes")]
    [InlineData("-m node-1 -r into", "-r: 'into' was given, but one of simple, set_pxe, deploy_env, recorded_env is expected")]
    [InlineData("-m node-1 -x vmlinuz", "name it with -w FILE")]
    [InlineData("-m node-1 -w nowhere", "nowhere")]
    [InlineData("-m node-1 -l brutal", "-l: 'brutal' was given, but one of soft, hard, very_hard is expected")]
    [InlineData("-m node-1 -u joe", "you must choose an environment")]
    [InlineData("-m node-1 -p 0", "-p: '0' was given")]
    public async Task What_makes_no_sense_is_told(string arguments, string expected)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains(expected, _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(_engines.Requests);
    }

    [Fact]
    public async Task Wrong_lines_of_nodes_texts_are_told_by_number()
    {
        _site.Write("p", "boot");
        _site.Write("texts", "node-1,a\nnothing\n../x,a\nnode-1,b\n");
        Assert.Equal(ExitCode.Usage, await RunAsync("-m", "node-1", "-w", _site["p"], "--set-pxe-pattern", _site["texts"]));
        var error = _console.ErrorText.ToString();
        foreach (var expected in new[] { "texts:2: a line is NODE,TEXT", "texts:3: '../x' is no name of a node", "texts:4: node node-1 is there twice" })
            Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destructive_environment_has_an_exit_code_of_its_own()
    {
        var engines = new FakeEngines { PlanFailure = new DestructiveEnvironmentException("node-1 runs 'bench', which is marked destructive") };
        Assert.Equal(ExitCode.Destructive, await KadeployCommand.RunAsync(["reboot", "-m", "node-1", "-c"], _console, engines, TestContext.Current.CancellationToken));
        Assert.Equal(6, (int)ExitCode.Destructive);
        var lines = _console.ErrorText.ToString().Split('\n');
        Assert.Equal("kadeploy: node-1 runs 'bench', which is marked destructive", lines[0]);
        Assert.EndsWith("(KA1401)", lines[1], StringComparison.Ordinal);
    }

    private async Task<RebootRequest> RequestAsync(params string[] arguments)
    {
        _engines.End(_engines.Script.Ended(new(Ok: 2)));
        Assert.Equal((ExitCode.Ok, ""), (await RunAsync(arguments), _console.ErrorText.ToString().Contains("kadeploy:", StringComparison.Ordinal) ? _console.ErrorText.ToString() : ""));
        return Assert.IsType<RebootRequest>(Assert.Single(_engines.Requests));
    }

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        KadeployCommand.RunAsync(["reboot", .. arguments], _console, _engines, TestContext.Current.CancellationToken);
}
