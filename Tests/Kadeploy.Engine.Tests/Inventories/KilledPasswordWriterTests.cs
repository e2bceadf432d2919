using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kadeploy.Engine.Configuration;
using Xunit;

namespace Kadeploy.Engine.Tests.Inventories;

/// <summary>Processes that replace passwords of controllers are killed at random instants, while another one replaces some, too.</summary>
public sealed class KilledPasswordWriterTests : IAsyncDisposable
{
    private const string Variable = "KADEPLOY_TEST_PASSWORDS";
    private const int Kills = 6;
    private const int MostChanges = 5000; // far more than there is time for: a process that nobody kills ends by itself

    private readonly InventoryBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task No_node_is_ever_without_its_password_and_what_is_left_goes_later()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-[1-3]", new() { Cluster = "ipmi", ControllerAddress = "bmc-[1-3]", ControllerPassword = new("first") }, InventoryBench.User, Token);
        var random = new Random(7);
        using var gate = new TcpListener(IPAddress.Loopback, 0);
        gate.Start();
        for (var round = 0; round < Kills; round++)
        {
            using var writer = Start(gate);
            try
            {
                using (var ready = await gate.AcceptSocketAsync(Token)) Assert.Equal(1, await ready.ReceiveAsync(new byte[1]));
                var until = TimeSpan.FromMilliseconds(random.Next(5, 300));
                for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < until;) // the other process has no clock of ours
                    await inventory.SetAsync("pc-[2-3]", new() { Settings = new() { ControllerPassword = new($"mine-{round}") } }, InventoryBench.User, Token);
                Assert.False(writer.HasExited);
            }
            finally
            {
                writer.Kill();
                await writer.WaitForExitAsync(CancellationToken.None);
            }

            await EngineHost.JoinSiteAsync(_bench.Folder.Read(), _bench.State, Token); // refuses a file that is not there
        }

        await inventory.SetAsync("pc-3", new() { Settings = new() { ControllerPassword = new("mine") } }, InventoryBench.User, Token);
        var folder = Path.Combine(_bench.State, "credentials");
        foreach (var file in Directory.GetFiles(folder)) File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        await inventory.SetAsync("pc-3", new() { AddedTags = ["later"] }, InventoryBench.User, Token);
        var named = (await inventory.ListAsync(new() { Clusters = ["ipmi"] }, Token)).Select(static node => node.Definition.Controller!.PasswordFile!);
        Assert.Equal([.. named.Distinct().Order()], Directory.GetFiles(folder).Order());
        var site = await EngineHost.JoinSiteAsync(_bench.Folder.Read(), _bench.State, Token);
        var endpoints = Assert.IsType<PowerSettings.Ipmi>(site.Clusters.Single(static cluster => cluster.Cluster.Name == "ipmi").Power).Endpoints;
        Assert.Equal("mine", endpoints[NodeName.Parse("pc-3")].Password.Reveal());
    }

    /// <summary>The other process: nothing is run unless the test above asks for it.</summary>
    [Fact(Explicit = true)]
    public async Task Writer()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not [var state, var port]) throw new InvalidOperationException("nobody asked");
        await using var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = state }, CancellationToken.None);
        using (var gate = new TcpClient())
        {
            await gate.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), Token);
            await gate.GetStream().WriteAsync(new byte[] { 1 }, Token);
        }

        for (var i = 0; i < MostChanges; i++)
        {
            var names = i % 3 == 0 ? "pc-[1-2]" : "pc-1";
            await host.Catalogs.Nodes.SetAsync(names, new() { Settings = new() { ControllerPassword = new($"yours-{i}") } }, "root", CancellationToken.None);
        }
    }

    private Process Start(TcpListener gate)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet");
        foreach (var argument in new[] { typeof(KilledPasswordWriterTests).Assembly.Location, "--explicit", "only", "--no-progress", "--filter-method", $"*{nameof(KilledPasswordWriterTests)}.{nameof(Writer)}" })
            start.ArgumentList.Add(argument);
        start.Environment[Variable] = $"{_bench.State}|{((IPEndPoint)gate.LocalEndpoint).Port}";
        return Process.Start(start)!;
    }
}
