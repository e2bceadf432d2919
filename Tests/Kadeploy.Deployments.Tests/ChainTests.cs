using System.Text.Json;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Machines that pass the image on to each other.</summary>
public sealed class ChainTests(FourMachines machines) : IClassFixture<FourMachines>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Machines)]
    public async Task Four_machines_get_the_image_from_each_other_and_one_that_loses_its_power_in_the_broadcast_costs_itself_only()
    {
        var lab = await machines.GetAsync();
        // Slow enough that there is a middle.
        var configuration = lab.ConfigureAll("chain", ("\nboot:\n", "\nbroadcast: { rate: 2 MiB }\nboot:\n"));
        using var run = lab.StartDeployment("node-[1-4]", "--config", configuration, "--force-steps", "BroadcastEnv|Chain:0:120");
        // Everyone has some of it, nobody has all of it.
        var middle = await run.ReadUntilAsync(
            static line => Is(line, "broadcastProgressed") && Transfers(line).All(static each => each.State == "receiving" && each.Bytes > 0), Stop);
        Assert.True(middle is not null, $"there was no middle: {run.Output}\n{run.Error}");
        await lab.PowerAsync("node-2", "off");
        var result = await run.ResultAsync(Stop);

        result.AssertOk("node-1", "node-3", "node-4");
        await lab.AssertRunsAsync(result, "node-1", "node-3", "node-4");
        Assert.Equal("ko", result.Nodes["node-2"].State);
        Assert.Equal("SendEnvironment", result.Nodes["node-2"].MicroStep);

        var broadcast = Assert.Single(result.Lines, static line => Is(line, "broadcastFinished")).GetProperty("broadcast");
        Assert.Equal(3, broadcast.GetProperty("nodes").GetInt32());
        Assert.Contains(broadcast.GetProperty("bypasses").EnumerateArray(), static each => each.GetProperty("node").GetString() == "node-2");
        // By unicast it would be three times the image, and what node-2 had.
        Assert.InRange(broadcast.GetProperty("serverBytes").GetInt64(), broadcast.GetProperty("bytes").GetInt64(), broadcast.GetProperty("bytes").GetInt64() * 2);
        Assert.Equal(64, broadcast.GetProperty("rootDigest").GetString()!.Length);
    }

    private static bool Is(JsonElement line, string kind) => line.GetProperty("kind").GetString() == kind;

    private static IEnumerable<(string Node, string State, long Bytes)> Transfers(JsonElement line) => line.GetProperty("transfers").EnumerateArray()
        .Select(static each => (each.GetProperty("node").GetString()!, each.GetProperty("state").GetString()!, each.GetProperty("bytes").GetInt64()));
}
