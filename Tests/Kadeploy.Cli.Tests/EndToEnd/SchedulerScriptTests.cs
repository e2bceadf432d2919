using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Kadeploy.Cli.Tests.EndToEnd;

/// <summary>The scripts for Slurm and OAR, run as these run them, with the real executable; only the schedulers are not there.</summary>
public sealed class SchedulerScriptTests : IDisposable
{
    private const string Settings = """
        kadeploy() { "$TEST_DOTNET" "$TEST_KADEPLOY" "$@"; }
        state="$TEST_STATE"
        config=""
        margin=300
        longest=86400
        parts="{0}"
        domain="{1}"
        partitions="{2}"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kadeploy scheduler ");

    public SchedulerScriptTests()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("schedulers run on Linux");
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "docs", "schedulers"), "*.sh")) File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        Set();
    }

    private string State => Path.Combine(_folder.FullName, "state");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_job_of_Slurm_has_its_nodes_until_a_little_after_its_end()
    {
        Set(parts: "/dev/sda3 /dev/sda5");
        var end = DateTimeOffset.FromUnixTimeSeconds(4_000_000_000 - 86_400);
        (string, string)[] job = [("SLURM_JOB_ID", "42"), ("SLURM_JOB_USER", "alice-a"), ("SLURM_JOB_NODELIST", "node-[1-2,9],other5"), ("SLURM_JOB_PARTITION", "deploy"), ("SLURM_JOB_END_TIME", $"{end.ToUnixTimeSeconds()}")];
        await SucceedsAsync("slurm-prolog.sh", [], job);
        var rights = await RightsAsync();
        Assert.Equal(
            from node in new[] { "node-1", "node-2", "node-9", "other5" } from part in new[] { "/dev/sda3", "/dev/sda5" } select $"alice-a {node} {part}",
            rights.Select(static right => $"{right.User} {right.Node} {right.Part}"));
        Assert.All(rights, right => Assert.Equal(end.AddSeconds(300), right.Until));
        await SucceedsAsync("slurm-epilog.sh", [], job);
        Assert.Empty(await RightsAsync());
        await SucceedsAsync("slurm-epilog.sh", [], job); // again: there is nothing any more
    }

    [Theory]
    [InlineData("")]
    [InlineData("4294967295")]
    [InlineData("never")]
    [InlineData("$((1/0))")]
    public async Task A_job_of_Slurm_without_an_end_has_its_nodes_for_a_day(string end)
    {
        var before = TimeProvider.System.GetUtcNow();
        await SucceedsAsync("slurm-prolog.sh", [], ("SLURM_JOB_USER", "alice"), ("SLURM_JOB_NODELIST", "node-1"), ("SLURM_JOB_END_TIME", end));
        var right = Assert.Single(await RightsAsync());
        Assert.Equal("*", right.Part);
        Assert.InRange(right.Until!.Value, before.AddDays(1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    [Fact]
    public async Task What_a_dead_scheduler_left_behind_is_overwritten()
    {
        Set(domain: ".lan.example.org");
        foreach (var user in new[] { "alice", "bob" })
            await SucceedsAsync("slurm-prolog.sh", [], ("SLURM_JOB_USER", user), ("SLURM_JOB_NODELIST", "node-[08-10]"));
        Assert.Equal(["bob node-08.lan.example.org", "bob node-09.lan.example.org", "bob node-10.lan.example.org"], (await RightsAsync()).Select(static right => $"{right.User} {right.Node}"));
    }

    [Fact]
    public async Task Only_jobs_of_the_partitions_that_are_set_get_rights()
    {
        Set(partitions: "deploy lab");
        await SucceedsAsync("slurm-prolog.sh", [], ("SLURM_JOB_USER", "alice"), ("SLURM_JOB_NODELIST", "node-1"), ("SLURM_JOB_PARTITION", "batch"));
        await SucceedsAsync("slurm-prolog.sh", [], ("SLURM_JOB_USER", "bob"), ("SLURM_JOB_NODELIST", "node-2"), ("SLURM_JOB_PARTITION", "lab"));
        Assert.Equal(["bob"], (await RightsAsync()).Select(static right => right.User));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_of_OAR_has_its_nodes_for_its_walltime_and_a_little_more(bool byArguments)
    {
        var file = Path.Combine(_folder.FullName, "nodes of job 7");
        await File.WriteAllTextAsync(file, "node-2\nnode-1\nnode-1\nnode-2\n", TestContext.Current.CancellationToken);
        string[] arguments = byArguments ? ["7", "alice", file, "3600"] : [];
        (string, string)[] variables = byArguments ? [] : [("OAR_JOB_ID", "7"), ("OAR_USER", "alice"), ("OAR_NODEFILE", file), ("OAR_JOB_WALLTIME_SECONDS", "3600")];
        var before = TimeProvider.System.GetUtcNow();
        await SucceedsAsync("oar-prologue.sh", arguments, variables);
        var rights = await RightsAsync();
        Assert.Equal(["alice node-1", "alice node-2"], rights.Select(static right => $"{right.User} {right.Node}"));
        Assert.All(rights, right => Assert.InRange(right.Until!.Value, before.AddSeconds(3900), TimeProvider.System.GetUtcNow().AddSeconds(3900)));
        await SucceedsAsync("oar-epilogue.sh", arguments, variables);
        Assert.Empty(await RightsAsync());
    }

    [Theory]
    [InlineData("alice; touch PWNED")]
    [InlineData("$(touch PWNED)")]
    [InlineData("`touch PWNED`")]
    [InlineData("-o")]
    [InlineData("--state=elsewhere")]
    [InlineData("@students")]
    [InlineData("alice\nbob")]
    [InlineData("alice bob")]
    [InlineData("*")]
    [InlineData("")]
    public async Task A_users_name_that_is_none_gets_nothing(string user)
    {
        (string, string)[] job = [("SLURM_JOB_USER", user), ("SLURM_JOB_NODELIST", "node-1")];
        Assert.Equal(1, (await RunAsync("slurm-prolog.sh", [], job)).ExitCode);
        Assert.Equal(0, (await RunAsync("slurm-epilog.sh", [], job)).ExitCode); // an epilog that failed would cost the nodes their job
        await NothingHappenedAsync();
    }

    [Theory]
    [InlineData("node-1; touch PWNED")]
    [InlineData("$(touch PWNED)")]
    [InlineData("node-1\n`touch PWNED`")]
    [InlineData("--user=mallory")]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("cluster:lab")]
    [InlineData("node-1 # node-2")]
    [InlineData("/etc/passwd")]
    [InlineData("node-[1-")]
    [InlineData("")]
    public async Task A_list_of_nodes_that_is_none_gives_nothing(string nodes)
    {
        Assert.NotEqual(0, (await RunAsync("slurm-prolog.sh", [], ("SLURM_JOB_USER", "alice"), ("SLURM_JOB_NODELIST", nodes))).ExitCode);
        var file = Path.Combine(_folder.FullName, "nodes");
        await File.WriteAllTextAsync(file, nodes, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await RunAsync("oar-prologue.sh", ["7", "alice", file, "60"])).ExitCode);
        Assert.Equal(0, (await RunAsync("oar-epilogue.sh", ["7", "alice", file])).ExitCode);
        Assert.NotEqual(0, (await RunAsync("oar-prologue.sh", ["7", "alice", file + " that is missing", "60"])).ExitCode);
        await NothingHappenedAsync();
    }

    [Fact]
    public void The_settings_that_come_along_are_those_that_the_scripts_use()
    {
        var settings = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "schedulers", "kadeploy-scheduler.conf"));
        foreach (var name in new[] { "state", "config", "margin", "longest", "parts", "domain", "partitions" })
            Assert.Single(settings, line => line.StartsWith($"{name}=", StringComparison.Ordinal));
        Assert.Contains("kadeploy() {", settings);
    }

    private void Set(string parts = "", string domain = "", string partitions = "") => File.WriteAllText(
        Path.Combine(_folder.FullName, "kadeploy-scheduler.conf"),
        Settings.Replace("{0}", parts, StringComparison.Ordinal).Replace("{1}", domain, StringComparison.Ordinal).Replace("{2}", partitions, StringComparison.Ordinal) + "\n");

    private async Task NothingHappenedAsync()
    {
        Assert.Empty(Directory.GetFiles(_folder.FullName, "PWNED", SearchOption.AllDirectories));
        if (Directory.Exists(State)) Assert.Empty(await RightsAsync());
    }

    private async Task SucceedsAsync(string script, string[] arguments, params (string, string)[] variables)
    {
        var (exitCode, _, error) = await RunAsync(script, arguments, variables);
        Assert.True(exitCode == 0, $"{script} ended with {exitCode}: {error}");
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string script, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = _folder.FullName, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear(); // as Slurm does: not even a search path
        start.Environment["TEST_DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Environment.ProcessPath!;
        if (Path.GetFileNameWithoutExtension(start.Environment["TEST_DOTNET"]) != "dotnet") start.Environment["TEST_DOTNET"] = await FindDotnetAsync();
        start.Environment["TEST_KADEPLOY"] = Path.Combine(AppContext.BaseDirectory, "kadeploy.dll");
        start.Environment["TEST_STATE"] = State;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.ArgumentList.Add(Path.Combine(_folder.FullName, script));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static async Task<string> FindDotnetAsync()
    {
        using var which = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "command -v dotnet"]) { RedirectStandardOutput = true })!;
        return (await which.StandardOutput.ReadToEndAsync()).Trim();
    }

    private async Task<List<(string User, string Node, string Part, DateTimeOffset? Until)>> RightsAsync()
    {
        var (exitCode, output, error) = await KadeployProcess.RunAsync("rights", "list", "--json", "--state", State);
        Assert.True(exitCode == 0, error);
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).Select(static line => (
                line.GetProperty("user").GetString()!, line.GetProperty("node").GetString()!, line.GetProperty("part").GetString()!,
                line.GetProperty("until") is { ValueKind: JsonValueKind.String } until ? until.GetDateTimeOffset() : (DateTimeOffset?)null)),
        ];
    }
}
