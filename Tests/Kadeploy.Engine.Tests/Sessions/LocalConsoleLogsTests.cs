using System.Text;
using Kadeploy.Engine.Sessions;
using Xunit;

namespace Kadeploy.Engine.Tests.Sessions;

/// <summary>What was kept of consoles, as front ends read it.</summary>
public sealed class LocalConsoleLogsTests : IAsyncDisposable
{
    private static readonly NodeName Node = NodeName.Parse("node-1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kadeploy-logs-");
    private readonly LocalSessions _sessions = new();

    public LocalConsoleLogsTests()
    {
        Write("kadeploy.yml", "server: { address: 10.0.0.1 }\nclusters: lab.yml\n");
        Write("lab.yml", "name: lab\nnodes: [{ name: 'node-[1-2]' }, { name: node-3, console: { file: HOSTNAME_SHORT.log } }]\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _sessions.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_was_kept_is_read_whole_by_line_and_from_its_end()
    {
        Write("state/consoles/node-1/00000000000000000000.log", "\u001b[1mone\u001b[0m\r\ntwo\r\nthree\r\nlogin: ");
        await using var session = Open();
        Assert.Equal(["one", "two", "three", "login:"], await LinesAsync(session, Node, null));
        Assert.Equal(["three", "login:"], await LinesAsync(session, Node, 2));
        Assert.Empty(await LinesAsync(session, Node, 0));
        var text = new StringBuilder();
        await foreach (var piece in session.ConsoleLogs.ReadAsync(Node, follow: false, TestContext.Current.CancellationToken)) text.Append(Encoding.UTF8.GetString(piece.Span));
        Assert.Equal("\u001b[1mone\u001b[0m\r\ntwo\r\nthree\r\nlogin: ", text.ToString());
    }

    [Fact]
    public async Task Following_begins_with_the_last_lines_and_goes_on_with_those_that_come()
    {
        var log = Write("state/consoles/node-1/00000000000000000000.log", "one\ntwo\n");
        await using var session = Open();
        var lines = new List<string>();
        await foreach (var line in session.ConsoleLogs.ReadLinesAsync(Node, 1, follow: true, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
            if (line == "four") break;
            await File.AppendAllTextAsync(log, line == "two" ? "three\n" : "four\n", TestContext.Current.CancellationToken);
        }

        Assert.Equal(["two", "three", "four"], lines);
    }

    [Fact]
    public async Task A_node_may_have_a_file_of_its_own_to_which_something_writes()
    {
        await using var session = Open();
        Assert.Contains("to which something writes", await WrongAsync(session, NodeName.Parse("node-3")), StringComparison.Ordinal);
        Write("node-3.log", "from elsewhere\n");
        Assert.Equal(["from elsewhere"], await LinesAsync(session, NodeName.Parse("node-3"), null));
    }

    [Fact]
    public async Task What_is_not_there_is_explained()
    {
        await using var session = Open();
        Assert.Contains("nothing was kept yet of the console of node-1", await WrongAsync(session, Node), StringComparison.Ordinal);
        Assert.Contains("node 'node-9' is not known", await WrongAsync(session, NodeName.Parse("node-9")), StringComparison.Ordinal);
        await using var simulated = _sessions.Open(new() { StateDirectory = Path.Combine(_folder.FullName, "state"), Simulation = new() });
        Assert.Contains("simulated nodes print nothing", await WrongAsync(simulated, Node), StringComparison.Ordinal);
    }

    private ISession Open() => _sessions.Open(new() { StateDirectory = Path.Combine(_folder.FullName, "state"), Configuration = Path.Combine(_folder.FullName, "kadeploy.yml") });

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<string> WrongAsync(ISession session, NodeName node) =>
        (await Assert.ThrowsAsync<ConfigurationException>(() => LinesAsync(session, node, null))).Message;

    private static async Task<List<string>> LinesAsync(ISession session, NodeName node, int? tail) =>
        await session.ConsoleLogs.ReadLinesAsync(node, tail, follow: false, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
}
