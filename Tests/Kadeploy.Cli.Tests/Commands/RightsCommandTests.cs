using Kadeploy.Cli.Tests.EndToEnd;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

/// <summary><c>kadeploy rights</c> and <c>kadeploy audit</c> on a real state directory.</summary>
public sealed class RightsCommandTests : IDisposable
{
    private readonly StateFolder _state = new();
    private readonly FakeConsole _console = new() { Input = new StringReader("n-1\nn-[3-4] # and no more\n") };

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Rights_are_granted_listed_tested_and_revoked()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "list"));
        Assert.Equal("There are no rights.\n", Said());
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "grant", "-u", "bob-b", "-m", "n-[1-3]", "n-7", "-p", "/dev/sda3", "-p", "/dev/sda5"));
        Assert.Equal("granted  bob-b: n-[1-3,7], /dev/sda3, /dev/sda5, always\n", Said());
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "grant", "-u", "bob-b", "-m", "n-1", "-p", "/dev/sda3"));
        Assert.Equal("Nothing was changed.\n", Said());
        await RunAsync("rights", "grant", "-u", "al", "-m", "*", "--from", "2099-01-01T10:00Z", "--for", "1d2h");
        Assert.Equal("granted  al: *, every device, from 2099-01-01 10:00:00Z until 2099-01-02 12:00:00Z\n", Said());
        await RunAsync("rights", "list");
        var list = Said();
        Assert.Contains("2099-01-02 12:00:00Z", list, StringComparison.Ordinal);
        Assert.Contains("n-[1-3,7]   /dev/sda3, /dev/sda5", list, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "test", "-u", "bob-b", "-m", "n-[1-2]", "-p", "/dev/sda3"));
        Assert.Equal("yes: bob-b has a right on n-[1-2]\n", Said());
        Assert.Equal(ExitCode.Refused, await RunAsync("rights", "test", "-u", "bob-b", "-m", "n-[1-5]", "-p", "/dev/sda6"));
        Assert.Equal("no, bob-b may not:\n  n-[1-3]: no right on /dev/sda6, only on /dev/sda3, /dev/sda5\n  n-[4-5]: no right\n", Said());
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "test", "-u", "al", "-m", "n-9", "--at", "2099-01-01 11:00Z"));
        Assert.Equal(ExitCode.Refused, await RunAsync("rights", "test", "-u", "al", "-m", "n-9", "--at", "@4070908800"));
        Said();
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "revoke", "-u", "bob-b", "-m", "n-1", "-p", "/dev/sda3"));
        Assert.Equal("revoked  bob-b: n-1, /dev/sda3, always\n", Said());
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "revoke", "-u", "nobody"));
        Assert.Equal("Nothing was changed.\n", Said());
    }

    [Fact]
    public async Task Nodes_come_from_files_and_standard_input_too()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "grant", "-u", "al", "-f", "-"));
        Assert.Equal("granted  al: n-[1,3-4], every device, always\n", Said());
    }

    [Fact]
    public async Task Json_has_a_line_for_each_right()
    {
        await RunAsync("rights", "grant", "-u", "al", "-m", "n-1", "--until", "2099-01-01T10:00:00Z", "--json");
        Assert.Matches("""^{"kind":"granted","user":"al","node":"n-1","part":"\*","from":null,"until":"2099-01-01T10:00:00\+00:00","grantedBy":".+","grantedAt":".+"}\n$""", Said());
        await RunAsync("rights", "grant", "-u", "bo", "-m", "n-1", "--overwrite", "--json");
        Assert.Equal(["revoked", "granted"], Said().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('"')[3]).OrderDescending());
        await RunAsync("rights", "list", "--json");
        Assert.StartsWith("""{"kind":"right","user":"bo","node":"n-1","part":"*",""", Said(), StringComparison.Ordinal);
        await RunAsync("rights", "test", "-u", "al", "-m", "n-1", "-p", "/dev/sda", "--json");
        Assert.Equal("""{"kind":"verdict","granted":false,"user":"al","reason":"n-1: no right","missing":[{"node":"n-1","part":null,"reason":"no right"}]}""" + "\n", Said());
        await RunAsync("audit", "list", "--json", "--last", "1");
        Assert.Matches("""^{"kind":"audit","number":3,"at":".+","user":".+","action":"granted","what":"bo: every device, always","nodes":"n-1","operation":null,"program":".+","hash":"[0-9a-f]{64}"}\n$""", Said());
        await RunAsync("audit", "verify", "--json");
        Assert.Matches("""^{"kind":"auditVerification","intact":true,"entries":3,"head":"[0-9a-f]{64}","problems":\[\]}\n$""", Said());
    }

    [Theory]
    [InlineData("grant -u al", "it is not said where")]
    [InlineData("grant -m n-1", "Option '-u' is required")]
    [InlineData("grant -u al -m n-1 -p sda3", "'sda3' is no device")]
    [InlineData("grant -u -x -m n-1", "'-x' is no name of a user")]
    [InlineData("grant --user=-x -m n-1", "'-x' is no name of a user")]
    [InlineData("grant -u al -m n-1;reboot", "character ';' is not allowed")]
    [InlineData("grant -u al -m n-1 --for 0s", "a length of time")]
    [InlineData("grant -u al -m n-1 --for 2", "a length of time")]
    [InlineData("grant -u al -m n-1 --for 2x", "a length of time")]
    [InlineData("grant -u al -m n-1 --for 999999999w", "a length of time")]
    [InlineData("grant -u al -m n-1 --for -2h", "--for")]
    [InlineData("grant -u al -m n-1 --until 7d", "--until: '7d' is no moment: from when on? For how long something is to hold there is --for; write 2026-01-31,")]
    [InlineData("grant -u al -m n-1 --until 2026-13-01T10:00", "--until: '2026-13-01T10:00' is no moment")]
    [InlineData("grant -u al -m n-1 --from 01/02/2099 --until @99999999999999", "--from: '01/02/2099' is no moment: which number is the day")]
    [InlineData("grant -u al -m n-1 --until @99999999999999", "lies after the year 9999")]
    [InlineData("test -u al -m n-1 --at 14:00", "of which day?")]
    [InlineData("grant -u al -m n-1 --until 2001-01-01T10:00Z", "the right would have ended already")]
    [InlineData("grant -u al -m n-1 --until 2099-01-01T10:00Z --for 2h", "both an end and a lifetime")]
    [InlineData("grant -u al -m cluster:lab", "cluster 'lab' is not known, because there is no configuration")]
    [InlineData("grant -u @pupils -m n-1", "group '@pupils' is not known; server.groups of the configuration names none")]
    [InlineData("test -u al -m cluster:lab", "'cluster:lab' is no node")]
    [InlineData("test -u @students -m n-1", "-u names a group")]
    [InlineData("test -u al", "there are no nodes")]
    [InlineData("list -m *", "'*' is no node")]
    [InlineData("revoke", "Option '-u' is required")]
    [InlineData("grant -u al -f no-such-file", "no-such-file")]
    public async Task What_is_wrong_is_named_and_nothing_is_changed(string words, string problem)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(["rights", .. words.Split(' ')]));
        Assert.Contains(problem, _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", _console.ErrorText.ToString(), StringComparison.Ordinal);
        await RunAsync("rights", "list");
        Assert.Equal("There are no rights.\n", Said());
    }

    [Fact]
    public async Task All_problems_of_a_grant_are_listed_together()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("rights", "grant", "--user= al", "-m", "n-1;x", "-p", "sda", "-p", "/dev/../x"));
        Assert.Contains("4 problems; nothing was touched", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_is_told_with_what_there_is()
    {
        await RunAsync("rights", "grant", "-u", "al", "-m", "n-1");
        Assert.Equal(ExitCode.Usage, await RunAsync("rights", "grant", "-u", "bo", "-m", "n-[1-2]"));
        Assert.Contains("kadeploy: al has rights on n-1, always", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Contains("(KA1302)", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_whom_the_configuration_does_not_name_are_refused_and_recorded()
    {
        var file = Path.Combine(_state.Path, "kadeploy.yml");
        await File.WriteAllTextAsync(file, "server: { address: 10.0.0.1, administrators: [somebody-else], groups: { g: [al] } }\nclusters: lab.yml\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_state.Path, "lab.yml"), "name: lab\nnodes: { name: 'n-[1-2]' }\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n", TestContext.Current.CancellationToken);
        foreach (var words in new[] { "rights grant -u al -m n-1", "rights revoke -u al", "rights list -u al", "rights test -u al -m n-1", "rights test -m n-1", "audit verify", "audit list -u al" })
            Assert.Equal((words, ExitCode.Refused), (words, await RunAsync([.. words.Split(' '), "--config", file])));
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "list", "--config", file)); // his own: none
        Said();
        await RunAsync("audit", "list", "--config", file); // what he did himself
        var user = Environment.UserName;
        Assert.Equal(6, Said().Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains($"  {user}  refused may not ", StringComparison.Ordinal)));

        // The same configuration tells clusters and nodes.
        _console.ErrorText.GetStringBuilder().Clear();
        await File.WriteAllTextAsync(file, $"server: {{ address: 10.0.0.1, administrators: [{user}], groups: {{ g: [al] }} }}\nclusters: lab.yml\n", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, await RunAsync("rights", "grant", "-u", "al", "-m", "n-3,cluster:lob", "--config", file));
        Assert.Contains("node 'n-3' is not known; did you mean 'n-", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Contains("cluster 'lob' is not known; did you mean 'lab'?", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "grant", "-u", "@g", "-m", "cluster:lab", "--config", file));
        Assert.Equal(ExitCode.Ok, await RunAsync("rights", "test", "-u", "al", "-m", "n-[1-2]", "--config", file));
        Said();
        await RunAsync("rights", "list", "-m", "n-2", "--config", file);
        Assert.Contains("cluster:lab", Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trail_that_was_tampered_with_is_found_out()
    {
        await RunAsync("rights", "grant", "-u", "al", "-m", "n-1");
        await RunAsync("rights", "grant", "-u", "al", "-m", "n-2");
        Said();
        Assert.Equal(ExitCode.Ok, await RunAsync("audit", "verify"));
        var mark = Said().Split('\n')[1];
        Assert.Equal(ExitCode.Ok, await RunAsync("audit", "verify", "--expect", mark));
        Assert.Equal(ExitCode.Usage, await RunAsync("audit", "verify", "--expect", "1:" + mark[2..]));
        Said();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_state.Path, "kadeploy.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER audit_refuses_update; UPDATE audit SET user = 'nobody' || char(27) || '[2J' WHERE number = 1";
            command.ExecuteNonQuery();
        }

        Assert.Equal(ExitCode.Usage, await RunAsync("audit", "verify"));
        Assert.Equal(
            """
            The audit trail is not as it was written:
              - the database no longer refuses to change or delete entries: the triggers that did are gone
              - entry 1 is not as it was written

            """,
            Said(), ignoreLineEndingDifferences: true);
        await RunAsync("audit", "list");
        Assert.DoesNotContain('\u001b', Said());
    }

    [Theory]
    [InlineData("verify --expect 5", "the number of an entry, a colon")]
    [InlineData("verify --expect x:y", "the number of an entry, a colon")]
    [InlineData("list --action grunted", "granted, revoked, expired")]
    [InlineData("list -m a;b", "is no name of a single node")]
    [InlineData("list --last 0", "a whole number from 1")]
    [InlineData("list --operation X", "an operation's identifier")]
    public async Task What_is_wrong_with_a_question_for_the_trail_is_named(string words, string problem)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(["audit", .. words.Split(' ')]));
        Assert.Contains(problem, _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_that_grant_and_revoke_at_once_lose_nothing()
    {
        var users = Enumerable.Range(1, 4).Select(static i => $"user-{i}").ToList();
        await Task.WhenAll(users.Select(async user =>
        {
            var granted = await KadeployProcess.RunAsync("rights", "grant", "-u", user, "-m", $"{user}-[1-50]", "--state", _state.Path);
            Assert.True(granted.ExitCode == 0, granted.Error);
            var revoked = await KadeployProcess.RunAsync("rights", "revoke", "-u", user, "-m", $"{user}-[1-10]", "--state", _state.Path);
            Assert.True(revoked.ExitCode == 0, revoked.Error);
        }));
        await RunAsync("rights", "list", "--json");
        var lines = Said().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(users, user => Assert.Equal(40, lines.Count(line => line.Contains($"\"user\":\"{user}\"", StringComparison.Ordinal))));
        await RunAsync("audit", "verify", "--json");
        Assert.Contains("\"intact\":true,\"entries\":8,", Said(), StringComparison.Ordinal);
    }

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        KadeployCommand.RunAsync([.. arguments, "--state", _state.Path], _console, TestContext.Current.CancellationToken);

    private string Said()
    {
        var text = _console.OutputText.ToString();
        _console.OutputText.GetStringBuilder().Clear();
        return text;
    }
}
