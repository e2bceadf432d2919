using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Kadeploy.Engine.Tests.Inventories;

/// <summary>Two processes change one inventory at once: each adds, changes and removes nodes of its own, and both write tags to the same nodes.</summary>
public sealed class TwoProcessesTests : IAsyncDisposable
{
    private const string Variable = "KADEPLOY_TEST_WRITER";
    private const int Operations = 2000;
    private const int SharedNodes = 20;

    private readonly InventoryBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Nothing_that_two_processes_write_at_once_is_lost()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync($"shared-[1-{SharedNodes}]", new() { Cluster = "plain" }, InventoryBench.User, TestContext.Current.CancellationToken);
        using var gate = new TcpListener(IPAddress.Loopback, 0);
        gate.Start();
        using var one = Start("one", gate);
        using var two = Start("two", gate);
        // Both are ready before either begins.
        using (var first = await gate.AcceptSocketAsync(TestContext.Current.CancellationToken))
        using (var second = await gate.AcceptSocketAsync(TestContext.Current.CancellationToken))
            foreach (var ready in new[] { first, second }) ready.Send([1]);
        await EndAsync(one);
        await EndAsync(two);

        var nodes = await inventory.ListAsync(new() { Clusters = ["plain"] }, TestContext.Current.CancellationToken);
        foreach (var writer in new[] { "one", "two" })
        {
            var (own, tags) = Expected(writer);
            Assert.Equal(own, nodes.Where(node => node.Name.Value.StartsWith(writer, StringComparison.Ordinal)).ToDictionary(static node => node.Name.Value, static node => node.Definition.Description));
            for (var i = 1; i <= SharedNodes; i++)
            {
                var shared = nodes.Single(node => node.Name.Value == $"shared-{i}").Definition;
                Assert.Equal(tags[i].Order(StringComparer.Ordinal), shared.Tags.Where(tag => tag.StartsWith(writer, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            }
        }

        var (ones, twos) = (Revisions("one"), Revisions("two"));
        Assert.True(ones.First < twos.Last && twos.First < ones.Last, "they did not write at the same time");
    }

    /// <summary>The other process: nothing is run unless the test above asks for it.</summary>
    [Fact(Explicit = true)]
    public async Task Writer()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not [var state, var name, var port]) throw new InvalidOperationException("nobody asked");
        await using var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = state }, CancellationToken.None);
        var inventory = host.Catalogs.Nodes;
        using (var gate = new TcpClient())
        {
            await gate.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
            Assert.Equal(1, await gate.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        }

        foreach (var (kind, number) in Script(name))
        {
            var node = $"{name}-{number}";
            await (kind switch
            {
                0 => inventory.AddAsync(node, new() { Cluster = "plain", Description = "new" }, "root", CancellationToken.None),
                1 => inventory.SetAsync(node, new() { Settings = new() { Description = $"changed by {name}" } }, "root", CancellationToken.None),
                2 => inventory.RemoveAsync(NodeSet.Parse(node), "root", CancellationToken.None),
                _ => inventory.SetAsync($"shared-{(number % SharedNodes) + 1}", new() { AddedTags = [Tag(name, number)] }, "root", CancellationToken.None),
            });
        }
    }

    /// <summary>What a writer does, in its order: adds, changes and removes its own nodes, and tags those that both have.</summary>
    private static IEnumerable<(int Kind, int Number)> Script(string writer)
    {
        var random = new Random(writer.Length + writer[0]);
        var there = new List<int>();
        for (var i = 0; i < Operations; i++)
        {
            var kind = there.Count == 0 ? 0 : random.Next(4);
            if (kind == 3 && i % 2 == 0) kind = 0;
            var number = kind is 0 or 3 ? i : there[random.Next(there.Count)];
            if (kind == 0) there.Add(number);
            if (kind == 2) there.Remove(number);
            yield return (kind, number);
        }
    }

    private static (Dictionary<string, string> Own, ILookup<int, string> Tags) Expected(string writer)
    {
        var own = new Dictionary<string, string>();
        var tags = new List<(int Node, string Tag)>();
        foreach (var (kind, number) in Script(writer))
        {
            if (kind == 0) own[$"{writer}-{number}"] = "new";
            if (kind == 1) own[$"{writer}-{number}"] = $"changed by {writer}";
            if (kind == 2) own.Remove($"{writer}-{number}");
            if (kind == 3) tags.Add(((number % SharedNodes) + 1, Tag(writer, number)));
        }

        return (own, tags.ToLookup(static each => each.Node, static each => each.Tag));
    }

    private static string Tag(string writer, int number) => string.Create(CultureInfo.InvariantCulture, $"{writer}-{number}");

    private (long First, long Last) Revisions(string writer)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.State, "kadeploy.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT min(revision), max(revision) FROM inventory WHERE name LIKE $1";
        command.Parameters.AddWithValue("$1", writer + "-%");
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private Process Start(string writer, TcpListener gate)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { typeof(TwoProcessesTests).Assembly.Location, "--explicit", "only", "--no-progress", "--filter-method", $"*{nameof(TwoProcessesTests)}.{nameof(Writer)}" })
            start.ArgumentList.Add(argument);
        start.Environment[Variable] = $"{_bench.State}|{writer}|{((IPEndPoint)gate.LocalEndpoint).Port}";
        return Process.Start(start)!;
    }

    private static async Task EndAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
    }
}
