using System.Globalization;
using System.Net;
using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.Benchmarks.Chains;

/// <summary>The server's end of one broadcast for a ruler of somebody else's, which starts the agents itself: see ruler-adapter.sh.</summary>
internal static class RulerServer
{
    /// <summary>What <c>chain-server</c> takes.</summary>
    public const string Usage = "usage: chain-server IMAGE RECEIVERS ADDRESS FOLDER [digests-off] [sealed]";

    private const int Port = 25302;

    /// <summary>Serves until it is killed. What agent number I reads on its standard input is in <c>FOLDER/request.I</c>.</summary>
    /// <returns>2 when the arguments make no sense.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (arguments is not [var image, var number, var address, var folder, .. var words] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var receivers)
            || !IPAddress.TryParse(address, out _) || words.Except(["digests-off", "sealed"]).Any())
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }

        string digest;
        using (var file = File.OpenRead(image)) digest = Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(file));
        var manifest = await new ManifestMaker(Path.Combine(folder, "manifests"), Path.GetDirectoryName(Path.GetFullPath(image))!).MakeAsync(new(image, new FileInfo(image).Length, digest), default);
        await using var server = ChainServer.Start(new(IPAddress.Any, Port), address, 0, TimeProvider.System);
        IReadOnlyList<ChainMember> line = [.. Enumerable.Range(1, receivers).Select(static i => new ChainMember((uint)i, new Node { Name = NodeName.Parse($"n-{i}"), Cluster = "ruler" }))];
        using var run = new ChainRun(server, image, manifest, [line], new() { IsSealed = words.Contains("sealed") }, TimeProvider.System) { Verifies = !words.Contains("digests-off") };
        server.Open(run);
        foreach (var member in line) await File.WriteAllTextAsync(Path.Combine(folder, $"request.{member.Number}"), run.LinesFor(member));
        await run.WatchAsync(static _ => { }, CancellationToken.None);
        return 0;
    }
}
