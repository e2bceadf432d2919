using System.Globalization;

namespace Kadeploy.Progress;

/// <summary>Words for broadcasts.</summary>
internal static class BroadcastWording
{
    /// <summary>Gets what lines begin with.</summary>
    private const string Broadcast = "broadcast: ";

    /// <summary>Words how far a broadcast is.</summary>
    /// <param name="progress">How far it is.</param>
    /// <returns>For example <c>broadcast: 40 of 42 nodes at 52 to 61 % of 1.2 GiB, 110 MiB/s; 1 aside, 1 lost</c>.</returns>
    public static string Line(BroadcastProgress progress) => Broadcast + State(progress);

    /// <summary>Words how far a broadcast is, where it is clear that it is one.</summary>
    /// <param name="progress">How far it is.</param>
    /// <returns>For example <c>40 of 42 nodes at 52 to 61 % of 1.2 GiB, 110 MiB/s; 1 aside, 1 lost</c>.</returns>
    public static string State(BroadcastProgress progress)
    {
        var moving = progress.Nodes.Where(static node => node.State is TransferState.Receiving or TransferState.Writing or TransferState.Done).ToList();
        var others = progress.Nodes.Except(moving).GroupBy(static node => node.State).OrderBy(static group => group.Key)
            .Select(static group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Word(group.Key)}"));
        var list = string.Join(", ", others);
        var tail = list.Length > 0 ? $"; {list}" : "";
        if (moving.Count == 0) return $"{Figures.Nodes(progress.Nodes.Length)}{tail}";
        var (least, most) = (Percent(moving.Min(static node => node.Bytes), progress.Bytes), Percent(moving.Max(static node => node.Bytes), progress.Bytes));
        var at = least == most ? $"{least}" : $"{least} to {most}";
        var receiving = moving.Where(static node => node.State == TransferState.Receiving).ToList();
        var rate = receiving.Count == 0 ? "" : $", {Size((long)receiving.Average(static node => node.BytesPerSecond))}/s";
        return string.Create(CultureInfo.InvariantCulture, $"{moving.Count} of {Figures.Nodes(progress.Nodes.Length)} at {at} % of {Size(progress.Bytes)}{rate}{tail}");
    }

    /// <summary>Says how much of a broadcast is done.</summary>
    /// <param name="progress">How far it is.</param>
    /// <returns>From 0 to 100: what the nodes have that are not lost; -1 when nobody has anything.</returns>
    public static int Percent(BroadcastProgress progress)
    {
        var alive = progress.Nodes.Where(static node => node.State != TransferState.Lost).ToList();
        return alive.Count == 0 || progress.Bytes == 0 ? -1 : (int)Math.Clamp(alive.Average(static node => (double)node.Bytes) * 100 / progress.Bytes, 0, 100);
    }

    /// <summary>Words how a broadcast went.</summary>
    /// <param name="summary">How it went.</param>
    /// <returns>For example <c>broadcast: 1.2 GiB to 42 nodes in 11.3 s, 109 MiB/s each (91 % of the link); sent by this server 1.2 GiB, again 512 KiB; passed by: n-7 (slow)</c>.</returns>
    public static string Line(BroadcastSummary summary)
    {
        var share = summary.LinkShare is { } part ? string.Create(CultureInfo.InvariantCulture, $" ({part * 100:0} % of the link)") : "";
        var passed = summary.Bypasses.IsDefaultOrEmpty ? "" : $"; passed by: {string.Join(", ", summary.Bypasses.Select(static each => $"{each.Node} ({Word(each.Cause)})"))}";
        var wrong = summary.Wrong.IsDefaultOrEmpty ? "" : $"; wrong blocks from: {string.Join(", ", summary.Wrong.Select(static each => string.Create(CultureInfo.InvariantCulture, $"{each.Node} ({each.Blocks})")))}";
        return $"{Broadcast}{Size(summary.Bytes)} to {Figures.Nodes(summary.Nodes)} in {Figures.Duration(summary.Duration)}, {Size(summary.BytesPerSecond)}/s each{share}; "
            + $"sent by this server {Size(summary.ServerBytes)}, in vain {Size(summary.ResentBytes)}{passed}{wrong}";
    }

    /// <summary>Words an amount of bytes.</summary>
    /// <param name="bytes">The amount.</param>
    /// <returns>For example <c>1.2 GiB</c>.</returns>
    public static string Size(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double amount = bytes;
        var unit = 0;
        for (; amount >= 1000 && unit < units.Length - 1; unit++) amount /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{amount.ToString(amount < 10 && unit > 0 ? "0.0" : "0", CultureInfo.InvariantCulture)} {units[unit]}");
    }

    private static int Percent(long part, long whole) => whole == 0 ? 100 : (int)(part * 100 / whole);

    private static string Word(TransferState state) => state switch
    {
        TransferState.Waiting => "waiting",
        TransferState.Aside => "aside",
        TransferState.Lost => "lost",
        _ => state.ToString(),
    };

    private static string Word(BypassCause cause) => cause switch
    {
        BypassCause.Dead => "dead",
        BypassCause.Frozen => "frozen",
        BypassCause.Slow => "slow",
        BypassCause.Corrupt => "wrong blocks",
        _ => cause.ToString(),
    };
}
