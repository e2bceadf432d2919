using System.Text.Json;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public sealed class DeployCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kadeploy-deploy-").FullName;
    private readonly FakeConsole _console = new();
    private readonly FakeEngines _engines = new();

    public DeployCommandTests()
    {
        Write("kadeploy.yml", "server: { address: 10.0.0.1, administrators: [root, boss] }\nclusters: lab.yml\n");
        Write("lab.yml", "name: lab\nnodes: { name: 'node-[1-2]' }\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n");
        Write("env.yaml", "name: tiny\nos: other\nimage: { file: tiny.dd, kind: dd, compression: gzip }\n");
        Write("keys", "ssh-ed25519 AAAA me\n");
        Write("steps.yaml", "BootNewEnv: { switch_pxe: { pre-ops: [{ name: a, action: exec, command: ls }] } }\n");
        Write("nodes.txt", "node-2 # the second\n");
        _console.Variables["KADEPLOY_CONFIG"] = At("kadeploy.yml");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Options_become_a_request()
    {
        End(new(Ok: 2));
        Assert.Equal(ExitCode.Ok, await RunAsync(
            "deploy", "-m", "node-1", "-f", At("nodes.txt"), "-a", At("env.yaml"), "-k", At("keys"), "-p", "4", "-b", "/dev/sdb", "-r", "ext4", "--vlan", "7",
            "--reboot-classical-timeout", "60+n", "--reboot-kexec-timeout", "30", "--disable-kexec", "--disable-bootloader-install",
            "--disable-disk-partitioning", "--force-steps", "BootNewEnv|Kexec:0:60", "--breakpoint", "Verify", "--custom-steps", At("steps.yaml")));
        var options = Assert.Single(_engines.Opened);
        Assert.False(options.Simulated);
        Assert.Null(options.Administrators); // the site says it
        Assert.Equal(["root", "boss"], options.Site!.Server.Administrators!.Value);
        Assert.Equal(["node-1", "node-2"], options.Site.Nodes.Select(static node => node.Name.Value));
        var request = Assert.IsType<DeploymentRequest>(Assert.Single(_engines.Requests));
        Assert.Equal(["node-1", "node-2"], request.Nodes.Select(static name => name.Value));
        Assert.Equal((At("tiny.dd"), "ssh-ed25519 AAAA me\n", 4, "/dev/sdb", "ext4", "7"),
            (request.Environment.Image.Location.LocalPath, request.AuthorizedKeys, request.Partition!.Value, request.BlockDevice, request.ReformatTemporary, request.Vlan));
        Assert.Equal(("60+n", "30"), (request.RebootTimeout!.Text, request.KexecTimeout!.Text));
        Assert.True(request is { DisableKexec: true, DisableBootloaderInstall: true, DisableDiskPartitioning: true });
        Assert.Equal(("BootNewEnv|Kexec:0:60", "Verify", "a"), (request.ForceSteps, request.Breakpoint, request.CustomOperations.Single().Name));
    }

    [Fact]
    public async Task A_recorded_environment_is_deployed_by_its_name_in_its_highest_version_unless_another_is_asked_for()
    {
        var state = At("state");
        foreach (var version in new[] { 1, 2 })
        {
            Write("tiny.dd", $"image {version}");
            Write("recorded.yaml", $"name: tiny\nversion: {version}\nalias: t\nos: other\nimage: {{ file: tiny.dd, kind: dd, compression: gzip }}\n");
            Assert.Equal(ExitCode.Ok, await RunAsync("env", "add", At("recorded.yaml"), "--state", state));
        }

        End(new(Ok: 2));
        Assert.Equal(ExitCode.Ok, await RunAsync("deploy", "-m", "node-1", "-e", "tiny", "--state", state));
        Assert.Equal(ExitCode.Ok, await RunAsync("deploy", "-m", "node-1", "--env-name", "t", "--env-version", "1", "-u", Environment.UserName, "--state", state));
        var deployed = _engines.Requests.Cast<DeploymentRequest>().Select(static request => request.Environment).ToList();
        Assert.Equal([(2, 1, 64), (1, 1, 64)], deployed.Select(static environment => (environment.Version, environment.Revision, environment.Image.Sha256!.Length)));
        Assert.NotEqual(deployed[0].Image.Sha256, deployed[1].Image.Sha256);
    }

    [Theory]
    [InlineData("you must choose an environment")]
    [InlineData("you must choose an environment", "-a", "env.yaml", "-e", "tiny")]
    [InlineData("give them with -e NAME", "-a", "env.yaml", "-u", "me")]
    [InlineData("give them with -e NAME", "-a", "env.yaml", "--env-version", "2")]
    [InlineData("the environment nothing does not exist", "-e", "nothing")]
    public async Task One_environment_is_chosen(string expected, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(["deploy", "-m", "node-1", "--state", At("state"), .. arguments.Select(word => word == "env.yaml" ? At(word) : word)]));
        Assert.Contains(expected, _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(_engines.Opened);
    }

    [Fact]
    public async Task Nodes_go_to_the_files_of_their_ends()
    {
        _engines.Script.Started().Deployed(1).Ends(2, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, null));
        End(new(Ok: 1, Ko: 1));
        Assert.Equal(ExitCode.SomeFailed, await RunAsync("deploy", "-m", "node-[1-2]", "-a", At("env.yaml"), "-o", At("ok"), "-n", At("ko"), "-d"));
        Assert.Equal([Script.Node(1).Value], await File.ReadAllLinesAsync(At("ok"), TestContext.Current.CancellationToken));
        Assert.Equal([Script.Node(2).Value], await File.ReadAllLinesAsync(At("ko"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_full_disk_at_the_end_is_told_with_what_it_cannot_hold()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        _engines.Script.Started().Deployed(1).Deployed(2);
        End(new(Ok: 2));
        Assert.Equal(ExitCode.InternalError, await RunAsync("deploy", "-m", "node-[1-2]", "-a", At("env.yaml"), "-o", "/dev/full", "-n", At("ko")));
        Assert.Contains("the list of nodes '/dev/full' could not be written", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Contains("the nodes that ended well: ", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(await File.ReadAllLinesAsync(At("ko"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("-a", "http://jane:secret@images.example/env.yaml")]
    [InlineData("-k", "https://jane:secret@images.example/key.pub")]
    public async Task An_address_with_a_password_is_refused_and_not_repeated(string option, string address)
    {
        string[] environment = option == "-a" ? [] : ["-a", At("env.yaml")];
        Assert.Equal(ExitCode.Usage, await RunAsync(["deploy", "-m", "node-1", .. environment, option, address]));
        Assert.Contains("images.example holds a user or a password", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_runs_at_the_end_with_the_operation_and_the_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the script is one of sh");
        Write("hook", $"#!/bin/sh\necho \"$KADEPLOY_OPERATION\" > {At("told")}\ncat \"$KADEPLOY_OK_NODES_FILE\" >> {At("told")}\necho hello; exit 3\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At("hook"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _engines.Script.Started().Deployed(1).Deployed(2);
        End(new(Ok: 2));
        Assert.Equal(ExitCode.Ok, await RunAsync("deploy", "-m", "node-[1-2]", "-a", At("env.yaml"), "-s", At("hook")));
        Assert.Equal(
            [_engines.Script.Id.Value, Script.Node(1).Value, Script.Node(2).Value], await File.ReadAllLinesAsync(At("told"), TestContext.Current.CancellationToken));
        var error = _console.ErrorText.ToString();
        Assert.Contains("hello", error, StringComparison.Ordinal);
        Assert.Contains("failed with status 3.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_shows_the_plan_and_starts_nothing()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("deploy", "-m", "node-1", "-a", At("env.yaml"), "--dry-run", "--json"));
        using var plan = JsonDocument.Parse(Assert.Single(_console.OutputLines));
        Assert.Equal("plan", plan.RootElement.GetProperty("kind").GetString());
        Assert.Equal(_engines.Script.Plan.Clusters.Length, plan.RootElement.GetProperty("clusters").GetArrayLength());
    }

    [Fact]
    public async Task All_problems_of_the_command_line_are_told_together()
    {
        Write("bad.yaml", "name: tiny\nos: other\nimage: { file: tiny.dd, kind: dd, compression: gz }\n");
        Assert.Equal(ExitCode.Usage, await RunAsync("deploy", "-m", "node-[", "-a", At("bad.yaml"), "-k", At("none"), "--custom-steps", At("none")));
        var error = _console.ErrorText.ToString();
        Assert.Contains("node-[", error, StringComparison.Ordinal);
        Assert.Contains($"{At("bad.yaml")}:3: key 'image.compression' is 'gz'", error, StringComparison.Ordinal);
        Assert.Contains("the list of public keys", error, StringComparison.Ordinal);
        Assert.Contains("the file of custom steps", error, StringComparison.Ordinal);
        Assert.Empty(_engines.Opened);
    }

    [Fact]
    public async Task Without_a_configuration_it_says_where_one_is_looked_for()
    {
        _console.Variables["KADEPLOY_CONFIG"] = At("no.yml");
        Assert.Equal(ExitCode.Usage, await RunAsync("deploy", "-m", "node-1", "-a", At("env.yaml")));
        Assert.Contains($"there is no configuration '{At("no.yml")}'; name one with --config FILE or the variable KADEPLOY_CONFIG", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_in_its_own_session_says_which_operation_it_is()
    {
        _console.Variables["KADEPLOY_ANNOUNCE_TO"] = At("announced");
        End(new(Ok: 2));
        Assert.Equal(ExitCode.Ok, await RunAsync("deploy", "-m", "node-1", "-a", At("env.yaml")));
        Assert.Equal($"{_engines.Script.Id}\n", await File.ReadAllTextAsync(At("announced"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_no_wait_cannot_do_is_refused()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("deploy", "-m", "node-1", "-a", "-", "--no-wait", "--wait", "--dry-run"));
        var error = _console.ErrorText.ToString();
        Assert.Contains("--wait and --no-wait", error, StringComparison.Ordinal);
        Assert.Contains("--no-wait cannot go on reading standard input", error, StringComparison.Ordinal);
        Assert.Contains("--dry-run starts nothing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_of_the_configuration_shows_clusters_and_what_is_missing()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("config", "check", "--state", At("state")));
        Assert.Equal("lab: 2 nodes, node-[1-2]", _console.OutputLines[0]);
        Assert.Contains("  no power: nodes cannot be rebooted from outside", _console.OutputLines);
        Write("lab.yml", "name: lab\n");
        Assert.Equal(ExitCode.Usage, await RunAsync("config", "check", "--state", At("state")));
        Assert.Contains($"{At("lab.yml")}:1: key 'partitioning' is missing", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text) => File.WriteAllText(At(name), text);

    private void End(NodeCounts results) => _engines.End(_engines.Script.Ended(results));

    private Task<ExitCode> RunAsync(params string[] arguments) => KadeployCommand.RunAsync(arguments, _console, _engines, TestContext.Current.CancellationToken);
}
