using System.Text.Json;
using Xunit;

namespace Kadeploy.Cli.Tests.EndToEnd;

/// <summary>What users see of the real executable.</summary>
public class ExecutableTests
{
    [Fact]
    public async Task A_simulation_ends_with_the_summary_and_exactly_the_decreed_nodes_fail_after_the_predicted_time()
    {
        using var state = new StateFolder();
        var (code, output, error) = await KadeployProcess.RunAsync(
            "simulate", "--nodes", "1000", "--latency", "realistic", "--fault-rate", "0.05", "--state", state.Path, "--json");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var summary = JsonDocument.Parse(lines[^1]);
        var root = summary.RootElement;
        Assert.Equal(3, code);
        Assert.Equal("summary", root.GetProperty("kind").GetString());
        Assert.Equal(1000, root.GetProperty("nodes").GetInt32());
        Assert.Equal(root.GetProperty("decreedKo").GetInt32(), root.GetProperty("ko").GetInt32());
        Assert.InRange(root.GetProperty("ko").GetInt32(), 10, 50);
        Assert.True(root.GetProperty("asDecreed").GetBoolean());
        var (actual, predicted) = (root.GetProperty("virtualSeconds").GetDouble(), root.GetProperty("predictedSeconds").GetDouble());
        Assert.InRange(actual, predicted * 0.98, predicted * 1.02);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.All(lines, static line => Assert.StartsWith("{\"kind\":\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_story()
    {
        Assert.Equal(await StoryAsync(), await StoryAsync());

        static async Task<string[]> StoryAsync()
        {
            using var state = new StateFolder();
            var (_, output, _) = await KadeployProcess.RunAsync(
                "simulate", "--nodes", "40", "--latency", "realistic", "--fault-rate", "0.3", "--seed", "11", "--state", state.Path, "--json");
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1].Select(Told)];
        }

        // All but the identifier and the time of day.
        static string Told(string line)
        {
            using var told = JsonDocument.Parse(line);
            return string.Join(' ', told.RootElement.EnumerateObject().Where(static p => p.Name is not ("operation" or "at")).Select(static p => p.Value.ToString()));
        }
    }

    [Theory]
    [InlineData(0, "simulate", "--nodes", "3")]
    [InlineData(4, "simulate", "--nodes", "3", "--fault-rate", "1", "--faults", "bmc-refuses")]
    [InlineData(3, "simulate", "--nodes", "9", "--fault-rate", "0.5", "--faults", "never-boots")]
    [InlineData(0, "simulate", "--nodes", "3", "--breakpoint", "BroadcastEnv:send_environment")]
    [InlineData(0, "simulate", "--nodes", "3", "--force-steps", "SetDeploymentEnv|Kexec:0:900&BroadcastEnv|Tree:1:3600&BootNewEnv|Kexec:0:300")]
    [InlineData(2, "simulate", "--nodes", "0")]
    [InlineData(2, "simulate", "--nodes", "3", "--breakpoint", "BroadcastEnv:sendenvironmint")]
    [InlineData(2, "simulate", "--nodes", "3", "--force-steps", "SetDeploymentEnv|Untrusted:1:system(n)")]
    [InlineData(2, "simulate", "--nodes", "3", "--fault-rate", "2")]
    [InlineData(2, "cancel", "D-00000000-0000-7000-8000-000000000000")]
    public async Task The_exit_code_tells_how_it_ended(int expected, params string[] arguments)
    {
        using var state = new StateFolder();
        var (code, output, error) = await KadeployProcess.RunAsync([.. arguments, "--state", state.Path]);
        Assert.True(expected == code, $"ended with {code}: {output}{error}");
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_used_is_named()
    {
        using var state = new StateFolder();
        var file = Path.Combine(state.Path, "file");
        await File.WriteAllTextAsync(file, "not a directory", TestContext.Current.CancellationToken);
        var (code, _, error) = await KadeployProcess.RunAsync("simulate", "--nodes", "1", "--state", file);
        Assert.Equal(2, code);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_none_is_refused_and_left_as_it_is()
    {
        using var state = new StateFolder();
        var database = Path.Combine(state.Path, "kadeploy.db");
        await File.WriteAllTextAsync(database, new string('x', 8192), TestContext.Current.CancellationToken);
        var (code, _, error) = await KadeployProcess.RunAsync("simulate", "--nodes", "1", "--state", state.Path);
        Assert.Equal(2, code);
        Assert.Contains("kadeploy.db", error, StringComparison.Ordinal);
        Assert.Equal(new string('x', 8192), await File.ReadAllTextAsync(database, TestContext.Current.CancellationToken));
    }
}
