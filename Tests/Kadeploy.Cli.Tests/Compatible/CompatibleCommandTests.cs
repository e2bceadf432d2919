using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Compatible;
using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Tests.Commands;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Compatible;

public sealed class CompatibleCommandTests : IDisposable
{
    private const string Generic = "-h --help -v --version -I --server-info -M --multi-server -H --debug-http --no-debug-http -S --server --password --dry-run --no-dry-run";

    private const string Workflow = "-m --machine -f --file -d --debug-mode --no-debug-mode -n --output-ko-nodes -o --output-ok-nodes -s --script -V --verbose-level --write-workflow-id "
        + "--wait --no-wait --force --no-force --breakpoint --custom-steps --hook --no-hook";

    private readonly SiteFolder _site = new();
    private readonly FakeConsole _console = new();
    private readonly FakeEngines _engines = new();

    public CompatibleCommandTests()
    {
        _console.Variables["KADEPLOY_CONFIG"] = _site["kadeploy.yml"];
        _site.Write("tiny.yaml", "name: tiny\nalias: t\ndescription: A small system\nos: other\nimage: { file: tiny.dd, kind: dd, compression: gzip }\n");
        _site.Write("tiny.dd", "image");
    }

    public static TheoryData<string> Names => [.. CompatibleCommands.Names];

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Kadeploy3_asks_for_what_its_options_say()
    {
        _engines.End(_engines.Script.Ended(new(Ok: 2)));
        Assert.Equal(ExitCode.Ok, await RunAsync(
            "kadeploy3", "-m", "node-[1-2]", "-a", _site["tiny.yaml"], "-p", "3", "-b", "/dev/sdb", "--no-kexec", "--vlan", "7", "--reboot-classical", "100+n", "-V", "1", "--no-secure", "--no-hook"));
        var request = Assert.IsType<DeploymentRequest>(Assert.Single(_engines.Requests));
        Assert.Equal(["node-1", "node-2"], request.Nodes.Select(static node => node.Value));
        Assert.Equal(("tiny", 3, "/dev/sdb", true, "7", "100+n"), (request.Environment.Name, request.Partition, request.BlockDevice, request.DisableKexec, request.Vlan, request.RebootTimeout!.Text));
        Assert.Empty(_console.ErrorText.ToString());
    }

    [Fact]
    public async Task A_deployment_is_told_in_the_words_that_scripts_know()
    {
        _engines.Script.Started().Deployed(2);
        _engines.Script.Begins(1, MacroStep.BroadcastEnv, 0).Ends(1, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, null));
        _engines.End(_engines.Script.Ended(new(Ok: 1, Ko: 1)));
        Assert.Equal(ExitCode.SomeFailed, await RunAsync(
            "kadeploy3", "-m", "node-[1-2]", "-a", _site["tiny.yaml"], "-V", "1", "--write-workflow-id", _site["id"], "-o", _site["ok"], "-n", _site["ko"]));
        Assert.Equal(
            $"""
            Deployment #{_engines.Script.Id} started
            Deployment #{_engines.Script.Id} done

            The deployment is successful on nodes
            sim-2

            The deployment failed on nodes
            sim-1 (it broke)

            """.ReplaceLineEndings("\n"),
            _console.OutputText.ToString());
        Assert.Equal(_engines.Script.Id.Value, await File.ReadAllTextAsync(_site["id"], TestContext.Current.CancellationToken));
        Assert.Equal("sim-2\n", await File.ReadAllTextAsync(_site["ok"], TestContext.Current.CancellationToken));
        Assert.Equal("sim-1\n", await File.ReadAllTextAsync(_site["ko"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("1", 0)]
    [InlineData("2", 1)]
    [InlineData("4", 3)]
    [InlineData("5", 5)]
    public async Task More_is_told_when_more_is_asked_for(string level, int lines)
    {
        _engines.Script.Started().Through(1, MacroStep.BroadcastEnv).Ends(1, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, null));
        _engines.End(_engines.Script.Ended(new(Ko: 1)));
        await RunAsync("kadeploy3", "-m", "node-1", "-a", _site["tiny.yaml"], "-V", level);
        Assert.Equal(lines, _console.OutputLines.SkipWhile(static line => !line.EndsWith("started", StringComparison.Ordinal)).Skip(1).TakeWhile(static line => !line.EndsWith("done", StringComparison.Ordinal)).Count());
    }

    [Fact]
    public async Task Kareboot3_and_kapower3_ask_for_what_their_options_say()
    {
        _engines.End(_engines.Script.Ended(new(Ok: 2)));
        Assert.Equal(ExitCode.Ok, await RunAsync("kareboot3", "-m", "node-1", "-r", "recorded_env", "-a", _site["tiny.yaml"], "-p", "3", "-l", "hard", "--check-destr"));
        Assert.Equal(ExitCode.Ok, await RunAsync("kapower3", "-m", "node-1", "-m", "node-2", "--off", "-l", "very_hard"));
        Assert.Equal(ExitCode.Ok, await RunAsync("kapower3", "-m", "node-1", "--status"));
        var reboot = Assert.IsType<RebootRequest>(_engines.Requests[0]);
        Assert.Equal((RebootKind.RecordedEnv, PowerLevel.Hard, 3, true), (reboot.Into, reboot.Level, reboot.Partition, reboot.CheckDestructive));
        var off = Assert.IsType<PowerRequest>(_engines.Requests[1]);
        Assert.Equal((PowerAction.Off, PowerLevel.VeryHard, 2), (off.Action, off.Level, off.Nodes.Length));
        Assert.Equal(PowerAction.Status, Assert.IsType<PowerRequest>(_engines.Requests[2]).Action);
    }

    [Fact]
    public async Task Kaenv3_writes_what_it_always_wrote()
    {
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("kaenv3", "-a", _site["tiny.yaml"]));
        var (code, listed) = await OutputAsync("kaenv3", "-l");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(
            $"""
            Name                  Version User        Description
            ####                  ####### ####        ###########
            tiny                  1       {Environment.UserName,-11} A small system

            """.ReplaceLineEndings("\n"),
            listed);
        var (_, printed) = await OutputAsync("kaenv3", "-p", "tiny");
        Assert.StartsWith("---\nname: tiny\n", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("user:", printed, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("kaenv3", "--set-visibility-tag", "tiny", "-t", "shared"));
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("kaenv3", "--toggle-destructive-tag", "tiny"));
        _site.Write("tiny.dd", "another image");
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("kaenv3", "--update-image-checksum", "tiny"));
        printed = (await OutputAsync("kaenv3", "-p", "tiny")).Output;
        Assert.Contains("visibility: shared\n", printed, StringComparison.Ordinal);
        Assert.Contains("destructive: true\n", printed, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("kaenv3", "-d", "tiny"));
        Assert.Equal((ExitCode.Ok, "No environment has been found.\n"), await OutputAsync("kaenv3", "-l"));
    }

    [Fact]
    public async Task Karights3_gives_lists_and_takes_rights()
    {
        Assert.Equal((ExitCode.Ok, "No rights have been given.\n"), await OutputAsync("karights3", "-l"));
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("karights3", "-a", "-u", "alice", "-m", "node-[1-2]", "-p", "/dev/sda3", "-p", "/dev/sda5"));
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("karights3", "-a", "-u", "bob"));
        Assert.Equal(
            """
            User            Node                                      Partitions
            ####            ####                                      ##########
            alice           node-1                                    /dev/sda3, /dev/sda5
            alice           node-2                                    /dev/sda3, /dev/sda5
            bob             *                                         *

            """.ReplaceLineEndings("\n"),
            (await OutputAsync("karights3", "-l")).Output);
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("karights3", "-a", "-u", "carol", "-m", "node-1", "-o"));
        Assert.Equal((ExitCode.Ok, ""), await OutputAsync("karights3", "-d", "-u", "carol"));
        Assert.DoesNotContain("carol", (await OutputAsync("karights3", "-l")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kastat3_writes_fields_without_a_heading()
    {
        string[] run = ["simulate", "--nodes", "4", "--fault-rate", "0.5", "--faults", "never-boots", "--seed", "5", "--state", _site["state"]];
        Assert.Equal(ExitCode.SomeFailed, await KadeployCommand.RunAsync(run, new FakeConsole(), TestContext.Current.CancellationToken));
        var rows = (await OutputAsync("kastat3", "--simulated", "-F", "hostname,user,step1,retry_step1,md5,success", "--sort", "hostname")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.Matches($@"^sim-\d,{Environment.UserName},SetDeploymentEnvUntrusted,\d,,(true|false)$", row));
        var failed = rows.Count(static row => row.EndsWith("false", StringComparison.Ordinal));
        Assert.InRange(failed, 1, 3);
        var whole = (await OutputAsync("kastat3", "--simulated", "-l", "1")).Output;
        Assert.True(whole.Split(',').Length >= 20, whole);
        var rates = (await OutputAsync("kastat3", "-b", "0.5", "--simulated")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(failed, rates.Length);
        Assert.All(rates, static rate => Assert.Matches(@"^sim-\d: 1$", rate));
    }

    [Fact]
    public async Task Kanodes3_tells_nodes_and_operations_in_yaml()
    {
        Assert.Equal((ExitCode.Ok, "---\nnode-1: \nnode-2: \n"), await OutputAsync("kanodes3", "-s"));
        Assert.Equal((ExitCode.Ok, "---\nnode-2: \n"), await OutputAsync("kanodes3", "-s", "-m", "node-2"));
        Assert.Equal((ExitCode.Ok, "--- []\n"), await OutputAsync("kanodes3", "-d"));
        _engines.Script.Started().Deployed(2);
        _engines.Script.Begins(1, MacroStep.BroadcastEnv, 0);
        _engines.Operations.Add(_engines.Script.Running);
        var start = _engines.Script.Running.PlannedAt.ToUnixTimeSeconds();
        Assert.Equal(
            $"""
            ---
            - :wid: "{_engines.Script.Id}"
              :user: "alice"
              :done: false
              :error: false
              :start_time: {start}
              :nodes:
                :ok: ["sim-2"]
                :ko: []
                :processing: ["sim-1"]
              :environment: "debian13 version 1"

            """.ReplaceLineEndings("\n"),
            (await OutputAsync("kanodes3", "-d")).Output);
        Assert.Equal("--- []\n", (await OutputAsync("kanodes3", "-r")).Output);
        Assert.StartsWith("{\"deploy\":[{\"wid\":", (await OutputAsync("kanodes3", "-a")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kadeploy3 -m node-1", "you must choose an environment")]
    [InlineData("kadeploy3 -m node-1 -e tiny -w profile", "-w is not there for deployments")]
    [InlineData("kadeploy3 -m node-1 -e tiny -V 0", "-V: '0' was given, but a whole number from 1 to 5 is expected")]
    [InlineData("kadeploy3 -m node-1 -e tiny --no-wait -o ok", "--no-wait does not wait for")]
    [InlineData("kadeploy3 -m node-1 -e tiny --env 3", "--env may mean --env-file or --env-name or --env-user or --env-version; write more of it")]
    [InlineData("kapower3 -m node-1", "give exactly one of --on, --off and --status")]
    [InlineData("kapower3 -m node-1 --on --off", "give exactly one of --on, --off and --status")]
    [InlineData("kapower3 -m node-1 --status -l hard", "--status switches none")]
    [InlineData("kaconsole3 -m node-1 -m node-2", "a console is that of one node")]
    [InlineData("kaenv3", "you must choose an operation")]
    [InlineData("karights3 -a -l", "give exactly one of --add, --delete and --list")]
    [InlineData("karights3 -a -m node-1", "name a user with -u")]
    [InlineData("karights3 -d -u alice -o", "-o goes with --add")]
    [InlineData("kastat3 -F hostname,nothing", "there is no field 'nothing'")]
    [InlineData("kastat3 -a -b", "--all and --failure-rate are both there")]
    [InlineData("kanodes3", "give exactly one of -s, -d, -r, -p, -c and -a")]
    [InlineData("kanodes3 -s -w D-019a0000-0000-7000-8000-000000000000", "-w is about an operation")]
    [InlineData("kaenv3 -l -p tiny", "-l and -p are both there")]
    [InlineData("kaenv3 --set-visibility-tag tiny", "--set-visibility-tag NAME and -t TAG go together")]
    [InlineData("kaenv3 --frobnicate", "unknown option '--frobnicate'")]
    public async Task What_makes_no_sense_is_told(string commandLine, string expected)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(commandLine.Split(' ')));
        Assert.Contains(expected, _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(_engines.Requests);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_says_so()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("karights3", "-a", "-u", "carol", "-m", "node-1", "--no-dry-run"));
        Assert.Equal(ExitCode.Ok, await RunAsync("karights3", "-d", "-u", "carol", "--dry-run"));
        Assert.Equal("karights3: nothing was done, because of --dry-run\n", _console.ErrorText.ToString());
        Assert.Equal(ExitCode.Ok, await RunAsync("karights3", "-l"));
        Assert.Contains("carol ", _console.OutputText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_effect_is_said()
    {
        await RunAsync("kaenv3", "-l", "-S", "frontend", "--no-secure");
        Assert.Equal("kaenv3: -S has no effect: there is one engine, which works in this process; the configuration says for which nodes\n", _console.ErrorText.ToString());
    }

    [Theory]
    [InlineData("kadeploy3", Generic, Workflow,
        "-a --env-file -b --block-device -c --boot-partition -e --env-name -k --key -p --partition-number -r --reformat-tmp -u --env-user --vlan -w --set-pxe-profile --set-pxe-pattern "
        + "-x --upload-pxe-files --env-version --no-kexec --disable-bootloader-install --disable-disk-partitioning --reboot-classical-timeout --reboot-kexec-timeout --force-steps --secure --no-secure")]
    [InlineData("kareboot3", Generic, Workflow,
        "-b --block-device -e --env-name -k --key -p --partition-number -u --env-user --vlan -w --set-pxe-profile --set-pxe-pattern -x --upload-pxe-files --env-version "
        + "--reboot-classical-timeout --secure --no-secure -c --check-destructive-tag -l --op-level -r --reboot-kind")]
    [InlineData("kapower3", Generic, Workflow, "-l --op-level --off --on --status")]
    [InlineData("kaenv3", Generic, "",
        "-a --add -d --delete -l --list -m --files-to-move -p --print -s --all-versions -t --visibility-tag -u --env-user --env-version --toggle-destructive-tag --set-visibility-tag "
        + "--update-image-checksum --update-preinstall-checksum --update-postinstalls-checksum --move-files --secure --no-secure")]
    [InlineData("kanodes3", Generic, "",
        "-s --get-nodes-state -d --get-deployments-status -r --get-reboots-status -p --get-powers-status -c --get-consoles-status -a --get-all-status -f --file -m --machine -w --workflow-id")]
    [InlineData("kastat3", Generic, "",
        "-a --all -b --failure-rate -f --file -m --machine -F --fields -o --operation -r --min-retries -s --retry-steps -w --workflow-id -x --date-min -y --date-max --limit --sort")]
    [InlineData("kaconsole3", Generic, "", "-m --machine")]
    [InlineData("karights3", Generic, "", "-a --add -d --delete -l --list -f --file -m --machine -p --part -o --overwrite-rights -u --user")]
    public void Every_option_of_Kadeploy_3_is_known(string name, string generic, string workflow, string own)
    {
        using var interrupts = new Interrupts(_console, CancellationToken.None);
        var command = CompatibleCommands.Find([name], new CommandContext(_console, _engines, interrupts, new()))!;
        var known = ManualWriter.Options(command).SelectMany(static option => option.Aliases.Append(option.Name)).ToHashSet(StringComparer.Ordinal);
        Assert.Empty($"{generic} {workflow} {own}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(known));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_tells_its_version_and_has_a_manual_in_which_each_option_stands(string name)
    {
        var (_, version) = await OutputAsync(name, "-v");
        Assert.Matches(@"^Kadeploy version: \d+\.\d+\.\d+\S*\n$", version);
        var (code, manual) = await OutputAsync(name, "--help");
        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith($"NAME\n    {name} - ", manual, StringComparison.Ordinal);
        using var interrupts = new Interrupts(_console, CancellationToken.None);
        var context = new CommandContext(_console, _engines, interrupts, new());
        var command = CompatibleCommands.Find([name], context)!;
        foreach (var option in ManualWriter.Options(command))
        {
            Assert.True(option.Description is { Length: > 10 } text && text.EndsWith('.'), $"{option.Name} is not described");
            Assert.Contains(option.Name, manual, StringComparison.Ordinal);
        }

        foreach (var example in command.Manual.Examples)
            Assert.Empty(command.Parse(LongOptions.WriteOut(example.CommandLine.Split(' ')[1..], command), KadeployCommand.Parsing).Errors);
    }

    private async Task<(ExitCode Code, string Output)> OutputAsync(params string[] arguments)
    {
        var console = new FakeConsole { Variables = { ["KADEPLOY_CONFIG"] = _site["kadeploy.yml"] } };
        var code = await KadeployCommand.RunAsync([.. arguments, "--state", _site["state"]], console, _engines, TestContext.Current.CancellationToken);
        Assert.Empty(console.ErrorText.ToString());
        return (code, console.OutputText.ToString());
    }

    private Task<ExitCode> RunAsync(params string[] arguments) => KadeployCommand.RunAsync([.. arguments, "--state", _site["state"]], _console, _engines, TestContext.Current.CancellationToken);
}
