using System.Text.Json;
using System.Xml.Linq;
using Kadeploy.Cli.Tests.EndToEnd;
using Kadeploy.Cli.Tests.Fakes;
using Kadeploy.Cli.Tests.Output.Statistics;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit.Statistics;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands.Statistics;

public sealed class StatCommandTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly StateFolder _state = new();
    private FakeConsole _console = new();
    private OperationId _last;

    public async ValueTask InitializeAsync()
    {
        await using var store = await SqliteStore.OpenAsync(_state.Path, CancellationToken.None);
        var log = await PlainLog.CreateAsync(store);
        for (var i = 0; i < 60; i++)
            _last = await log.AddAsync("lab", Noon.AddHours(i * 4), ("a-1", NodeState.Ok, 100 + i), ("a-2", i % 3 == 0 ? NodeState.Ko : NodeState.Ok, 90), ("a-10", NodeState.Ok, 95));
    }

    public ValueTask DisposeAsync()
    {
        _state.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_log_is_a_table_of_the_latest_rows()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("stat log"));
        Assert.Contains($"{Noon.AddHours(236):yyyy-MM-dd HH:mm:ss}Z", _console.OutputText.ToString(), StringComparison.Ordinal);
        Assert.Contains("--limit 0 shows all", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync("stat log -m a-2 --fault KA2104 --limit 2 --sort start -F node,fault,error,step1"));
        Assert.Equal(2, _console.OutputLines.Count(static line => line.Contains("SetDeploymentEnvUntrusted-WaitReboot: no sign of life", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Ok, await RunAsync("stat log -m nowhere"));
        Assert.Equal("No row of the log is like that.\n", _console.OutputText.ToString());
    }

    [Fact]
    public async Task The_log_as_csv_has_a_header_and_everything()
    {
        await RunAsync("stat log --csv --from 2026-03-02T12:00:00Z --until 2026-03-02T13:00:00Z --sort node");
        var records = CsvReading.Read(_console.OutputText.ToString());
        Assert.Equal(4, records.Count);
        Assert.Equal(30, records[0].Length);
        Assert.Equal(["operation", "kind", "user", "node", "cluster", "environment", "start", "duration", "state", "success"], records[0][..10]);
        Assert.Equal(["deployment", "ada", "a-1", "lab", "debian13:1", "2026-03-02T12:00:00.000Z", "100", "ok", "true", "0", "", "", ""], records[1][1..14]);
        Assert.Equal(["a-1", "a-2", "a-10"], records.Skip(1).Select(static record => record[3]));
        Assert.Equal(["false", "0", "KA2104", "SetDeploymentEnvUntrusted-WaitReboot: no sign of life"], records[2][9..13]);
        Assert.Equal(["SetDeploymentEnvUntrusted", "", "0", "100", ""], records[1][14..19]);
    }

    [Fact]
    public async Task The_names_of_kastat3_are_understood()
    {
        await RunAsync("stat log --csv -F wid,hostname,env,md5,timeout_step1,retry_step1,step1_duration -l 1 --sort=-hostname -x 2026-03-02 -o deploy -w " + _last);
        var records = CsvReading.Read(_console.OutputText.ToString());
        Assert.Equal(["wid", "hostname", "env", "md5", "timeout_step1", "retry_step1", "step1_duration"], records[0]);
        Assert.Equal([_last.Value, "a-10", "debian13:1", "", "", "0", "95"], records[1]);
    }

    [Fact]
    public async Task The_log_as_json_always_has_the_same_names()
    {
        await RunAsync("stat log --json -m a-2 --limit 3");
        Assert.Equal(3, _console.OutputLines.Length);
        foreach (var text in _console.OutputLines)
        {
            using var line = JsonDocument.Parse(text);
            Assert.Equal(
                [
                    "kind", "operation", "operationKind", "simulated", "user", "node", "cluster", "environment", "start", "durationSeconds", "state", "success", "retries", "fault", "error",
                    "imageDigest", "steps",
                ],
                line.RootElement.EnumerateObject().Select(static property => property.Name));
        }
    }

    [Fact]
    public async Task Rates_are_a_table_json_csv_a_chart_and_a_picture()
    {
        await RunAsync("stat rates");
        Assert.Matches(@"a-2 +33.3 % +22.7 % +45.9 % +60 +20 +40 +0 +0 +KA2104", _console.OutputText.ToString());
        await RunAsync("stat rates --json --min 0.1");
        using (var line = JsonDocument.Parse(_console.OutputLines.Single()))
        {
            Assert.Equal(
                [
                    "kind", "total", "ok", "failed", "others", "retried", "rate", "low", "high", "lastFault", "lastOperation", "lastStart", "day", "operationKind", "cluster", "node",
                    "environment", "user",
                ],
                line.RootElement.EnumerateObject().Select(static property => property.Name));
            Assert.Equal(("failureRate", "a-2", 20), (line.RootElement.GetProperty("kind").GetString(), line.RootElement.GetProperty("node").GetString(), line.RootElement.GetProperty("failed").GetInt32()));
        }

        await RunAsync("stat rates --csv --by cluster,day --until 2026-03-02");
        Assert.Equal(["day,cluster,rate,low,high,total,failed,ok,others,retried,last_fault,last_start", "2026-03-02,lab,"], _console.OutputLines.Select(static line => line.TrimEnd('\r')).Select(static (line, i) => i == 0 ? line : line[..15]));
        var file = Path.Combine(_state.Path, "rates.svg");
        await RunAsync("stat", "rates", "--chart", "--svg", file);
        Assert.Matches(@"a-2 +│█+[ ▏▎▍▌▋▊▉]* +33.3 % \(20 of 60\)", _console.OutputText.ToString());
        Assert.Equal("svg", XDocument.Load(file).Root!.Name.LocalName);
        await RunAsync("stat rates --svg -");
        Assert.Equal("svg", XDocument.Parse(_console.OutputText.ToString()).Root!.Name.LocalName);
    }

    [Fact]
    public async Task Steps_and_nodes_show_percentiles()
    {
        await RunAsync("stat steps");
        Assert.Matches("lab +SetDeploymentEnvUntrusted +WaitReboot +20 +160 ", _console.OutputText.ToString());
        Assert.Contains("Percentiles are exact.", _console.OutputText.ToString(), StringComparison.Ordinal);
        await RunAsync("stat steps --step waitreboot -m a-1 --chart");
        Assert.Contains("60 durations; median 2 min 9 s", _console.OutputText.ToString(), StringComparison.Ordinal);
        Assert.Contains("SetDeploymentEnvUntrusted:WaitReboot, lab", _console.OutputText.ToString(), StringComparison.Ordinal);
        await RunAsync("stat steps --level whole --by node --json");
        Assert.Equal(3, _console.OutputLines.Length);
        Assert.Contains("\"p50\":129", _console.OutputLines[0], StringComparison.Ordinal);
        await RunAsync("stat nodes --csv");
        Assert.Equal(["node", "a-1", "a-2", "a-10"], CsvReading.Read(_console.OutputText.ToString()).Select(static record => record[1]));
        await RunAsync("stat nodes --chart");
        Assert.Contains("a-10", _console.OutputText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Periods_are_compared()
    {
        await RunAsync("stat compare --before 2026-03-02..2026-03-06 --after 2026-03-07..2026-03-12 -m a-1");
        Assert.Matches(@"lab +SetDeploymentEnvUntrusted:WaitReboot +1 min 5\d s +\d+ +2 min \d+ s +\d+ +\+3\d s +worse", _console.OutputText.ToString());
        await RunAsync("stat compare --before 2026-03-02..2026-03-06 --after 2026-03-07..2026-03-12 --csv --clear -m a-1");
        Assert.Equal(["what", "median"], CsvReading.Read(_console.OutputText.ToString()).Select(static record => record[0]));
        await RunAsync("stat compare --before 2026-03-02..2026-03-06 --after 2026-03-07..2026-03-12 --json");
        Assert.Equal(["rateChange", "durationChange"], _console.OutputLines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        await RunAsync("stat compare --before 2026-03-02..2026-03-06 --after 2026-03-07..2026-03-12 --chart");
        Assert.Contains("▓▓ after", _console.OutputText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspects_come_with_the_evidence()
    {
        await RunAsync("stat suspects --from 2026-01-01");
        var text = _console.OutputText.ToString();
        Assert.Contains("a-2, cluster lab\n  failed 20 of 60 times (33.3 %); the cluster's other nodes 0 % of 120; by chance with a probability of less than 0.0001", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split("KA2104 SetDeploymentEnvUntrusted-WaitReboot: no sign of life").Length - 1);
        await RunAsync("stat suspects --from 2026-01-01 -m a-1");
        Assert.Equal("No node stands out.\n", _console.OutputText.ToString());
        await RunAsync("stat suspects --from 2026-01-01 --json");
        Assert.Contains("\"kind\":\"suspect\",\"node\":\"a-2\"", _console.OutputLines.Single(), StringComparison.Ordinal);
        await RunAsync("stat suspects --from 2026-01-01 --csv");
        Assert.Equal(["node", "a-2"], CsvReading.Read(_console.OutputText.ToString()).Select(static record => record[0]));
    }

    [Fact]
    public async Task An_estimate_says_what_it_is_based_on()
    {
        await RunAsync("stat eta -c lab -e debian13");
        Assert.Contains("About 1 min 35 s; half of the nodes after 1 min 35 s.\nBased on 160 earlier on lab with debian13, the latest of 2026-03-12 08:00:00Z.\n", _console.OutputText.ToString(), StringComparison.Ordinal);
        await RunAsync($"stat eta {_last} --json");
        Assert.Contains("\"kind\":\"estimate\",\"durationSeconds\":", _console.OutputLines.Single(), StringComparison.Ordinal);
        await RunAsync("stat eta -c elsewhere");
        Assert.Contains("There is no estimate", _console.OutputText.ToString(), StringComparison.Ordinal);
        await RunAsync("stat eta -c elsewhere --json");
        Assert.Equal("{\"kind\":\"estimate\",\"durationSeconds\":null,\"medianSeconds\":null,\"basedOn\":0,\"clusters\":[]}", _console.OutputLines.Single());
        await RunAsync("stat eta -c lab --csv");
        Assert.StartsWith("cluster,step,failed,count,min,mean,p50", _console.OutputText.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await RunAsync("stat eta"));
        Assert.Equal(ExitCode.Usage, await RunAsync($"stat eta {_last} -c lab"));
        Assert.Equal(ExitCode.Usage, await RunAsync("stat eta D-019a0000-0000-7000-8000-000000000000"));
    }

    [Theory]
    [InlineData("stat log --from 01/02/2026 --until 30m -m node-[ --fault x -o dance -s 5", 6)]
    [InlineData("stat log --csv --json", 1)]
    [InlineData("stat log --json --fields node", 1)]
    [InlineData("stat log --fields nodes,start,x", 2)]
    [InlineData("stat log --sort colour", 1)]
    [InlineData("stat log --sort node,user,kind,state,start", 1)]
    [InlineData("stat log --from now --until 7d", 1)]
    [InlineData("stat log --retry-steps 1", 1)]
    [InlineData("stat rates --by planet", 1)]
    [InlineData("stat rates --chart --csv --svg -", 2)]
    [InlineData("stat steps --level whole --step x", 1)]
    [InlineData("stat compare --before 7d --after 3d..now", 1)]
    [InlineData("stat compare --before 14d..7d --after 10d..now", 1)]
    [InlineData("stat log -f /nowhere/nodes.txt", 1)]
    [InlineData("stat rates --svg /nowhere/x.svg", 1)]
    public async Task What_is_wrong_is_told_all_at_once(string commandLine, int problems)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(commandLine));
        var lines = _console.ErrorText.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(problems, lines.Count(line => problems == 1 ? line.StartsWith("kadeploy: ", StringComparison.Ordinal) : line.StartsWith("  - ", StringComparison.Ordinal)));
        Assert.DoesNotContain("   at ", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_without_state_is_refused_and_not_made()
    {
        var nowhere = Path.Combine(_state.Path, "nowhere");
        _console = new();
        Assert.Equal(ExitCode.Usage, await KadeployCommand.RunAsync(["stat", "log", "--state", nowhere], _console, new FakeEngines(), TestContext.Current.CancellationToken));
        Assert.Contains("there is no Kadeploy state", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(nowhere));
    }

    [Fact]
    public async Task An_empty_state_answers_everything_with_nothing()
    {
        using var empty = new StateFolder();
        await (await SqliteStore.OpenAsync(empty.Path, CancellationToken.None)).DisposeAsync();
        foreach (var command in new[] { "log", "rates", "steps", "nodes", "suspects", "compare --before 14d..7d --after 7d..now", "eta -c lab" })
        {
            foreach (var format in new[] { "", " --json", " --csv" })
            {
                _console = new();
                Assert.Equal(
                    ExitCode.Ok,
                    await KadeployCommand.RunAsync([.. $"stat {command}{format} --state {empty.Path}".Split(' ')], _console, new FakeEngines(), TestContext.Current.CancellationToken));
                Assert.Empty(_console.ErrorText.ToString());
                if (format == " --csv") Assert.Single(_console.OutputLines);
            }
        }
    }

    private Task<ExitCode> RunAsync(string commandLine) => RunAsync(commandLine.Split(' '));

    private Task<ExitCode> RunAsync(params string[] words)
    {
        _console = new() { Width = 160 };
        return KadeployCommand.RunAsync([.. words, "--state", _state.Path], _console, new FakeEngines(), TestContext.Current.CancellationToken);
    }
}
