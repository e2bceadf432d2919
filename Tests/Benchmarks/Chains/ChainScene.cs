using System.Globalization;
using System.Security.Cryptography;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.TestKit.Chains;

namespace Kadeploy.Benchmarks.Chains;

/// <summary>One network on which broadcasts are made, and broken.</summary>
internal sealed class ChainScene(NamespaceNetwork network, string agent, string folder, string image, ImageManifest manifest, ChainArguments options)
{
    private const int Kill = 9;
    private const int Stop = 19;

    /// <summary>Makes a broadcast.</summary>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="seed">Chooses where.</param>
    public async Task<ChainFigures> RunAsync(string fault, int seed)
    {
        var victims = Victims(fault, new Random(seed));
        var slow = fault is "slow" or "slow-first";
        if (slow) network.Limit(victims[0], Math.Max(1, options.RateMegabits / 10));
        await using var relay = fault == "corrupt" ? new CorruptingRelay(network, victims[0], options.Receivers) : null;
        var ring = options.RingMebibytes * 1024L * 1024;
        var before = ProcessorTime.Used();
        double seconds, used;
        ChainFigures figures;
        var field = ChainField.Prepare(
            network, options.Receivers, image, manifest,
            new() { RingBytes = ring, Chains = options.Chains, Arity = options.Arity, IsSealed = options.IsSealed }, options.Verifies,
            host => [agent, "receive", "--to", options.ToFile ? Path.Combine(folder, $"sink.{host}") : "/dev/null"]);
        long peak = 0;
        try
        {
            using var peaks = new CancellationTokenSource();
            var all = Enumerable.Range(1, options.Receivers).ToArray();
            var lost = fault is "none" or "slow" or "slow-first" or "corrupt" or "late" ? [] : victims;
            var waited = all.Except(lost).Except(slow || fault == "late" ? victims : []).ToArray();
            field.Start(fault == "late" ? all.Except(victims) : all);
            var watching = WatchPeaksAsync(field, all, value => peak = Math.Max(peak, value), peaks.Token);
            if (fault != "none" && !slow && fault != "corrupt") await BreakAsync(field, fault, victims);
            var inTime = await field.AwaitAsync(waited, TimeSpan.FromMinutes(10));
            await peaks.CancelAsync();
            await watching;
            seconds = waited.Where(host => field.EndOf(host) is not null).Select(host => field.EndOf(host)!.Value.After.TotalSeconds).DefaultIfEmpty(0).Max();
            var rest = slow || fault == "late" ? victims : [];
            used = ProcessorTime.Used() - before;
            inTime &= await field.AwaitAsync(rest, TimeSpan.FromMinutes(10));
            var bad = waited.Concat(rest).Where(host => !IsRight(field, host)).ToArray();
            var summary = field.Run.Summarize(waited.Length, TimeSpan.FromSeconds(seconds));
            var notes = bad.Length == 0 ? "" : $"; wrong on {string.Join(',', bad)}: {string.Join(" | ", bad.Take(3).Select(host => $"{field.EndOf(host)?.Status} {field.OutputOf(host)}")).ReplaceLineEndings(" ")}";
            if (rest.Length > 0 && field.EndOf(rest[0]) is { } later) notes += string.Create(CultureInfo.InvariantCulture, $"; node {rest[0]} after {later.After.TotalSeconds:0.0} s");
            if (summary.Bypasses.Length > 0) notes += $"; passed by {string.Join(", ", summary.Bypasses.Select(static each => $"{each.Node} {each.Cause}{(each.By is null ? "" : $" ({each.By})")}"))}";
            if (summary.Wrong.Length > 0) notes += $"; wrong blocks from {string.Join(", ", summary.Wrong.Select(static each => $"{each.Node} {each.Blocks}"))}";
            notes += string.Create(CultureInfo.InvariantCulture, $"; server sent {summary.ServerBytes / 1048576.0:0.0} MiB, in vain {summary.ResentBytes / 1048576.0:0.0} MiB, memory {peak / 1048576.0:0.0} MiB");
            if (lost.Length > 0) notes += $"; lost {string.Join(',', lost)}";
            figures = new(seconds, 0, inTime && bad.Length == 0, notes);
        }
        finally
        {
            await field.DisposeAsync();
            if (fault == "link-down") network.SetLink(victims[0], true);
            if (slow) network.Limit(victims[0], options.RateMegabits);
            foreach (var sink in Directory.EnumerateFiles(folder, "sink.*")) File.Delete(sink);
        }

        var receivers = Math.Max(1, options.Receivers - (fault.StartsWith("kill", StringComparison.Ordinal) ? victims.Length : 0));
        return figures with { ProcessorSeconds = used / (options.SizeMebibytes / 1024.0) / receivers };
    }

    private int[] Victims(string fault, Random random)
    {
        var n = options.Receivers;
        return fault switch
        {
            "none" => [],
            "kill-first" or "slow-first" => [1],
            "kill-tenth" => [.. Enumerable.Range(1, n).OrderBy(_ => random.Next()).Take(Math.Max(1, n / 10))],
            "kill-three" => random.Next(2, Math.Max(3, n - 2)) is var first ? [first, first + 1, first + 2] : [],
            "late" => [n],
            _ => [random.Next(2, n)],
        };
    }

    private async Task BreakAsync(ChainField field, string fault, int[] victims)
    {
        var ideal = options.RateMegabits > 0 ? options.SizeMebibytes * 8.4 / options.RateMegabits : options.SizeMebibytes * options.Receivers / 3500.0;
        await Task.Delay(TimeSpan.FromSeconds(options.At ?? Math.Max(0.3, ideal / 3)));
        switch (fault)
        {
            case "link-down":
                network.SetLink(victims[0], false);
                break;
            case "freeze":
                field.Signal(victims[0], Stop);
                break;
            case "late":
                field.Start(victims);
                break;
            default:
                foreach (var victim in victims) field.Signal(victim, Kill);
                break;
        }
    }

    private bool IsRight(ChainField field, int host)
    {
        if (field.EndOf(host) is not { Status: 0 }) return false;
        var sink = Path.Combine(folder, $"sink.{host}");
        if (!options.ToFile) return true;
        using var file = File.OpenRead(sink);
        return SHA256.HashData(file).AsSpan().SequenceEqual(manifest.Head.ImageDigest);
    }

    private static async Task WatchPeaksAsync(ChainField field, int[] hosts, Action<long> note, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(250, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var host in hosts.Take(4)) note(field.EndOf(host) is null ? field.PeakOf(host) : 0);
        }
    }
}
