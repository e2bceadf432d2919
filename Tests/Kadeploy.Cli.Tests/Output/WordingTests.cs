using Kadeploy.Cli.Output;
using Kadeploy.Progress;
using Xunit;

namespace Kadeploy.Cli.Tests.Output;

public class WordingTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.214, "0.21 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min 0 s")]
    [InlineData(432, "7 min 12 s")]
    [InlineData(3660, "1 h 1 min")]
    [InlineData(90000, "25 h 0 min")]
    [InlineData(-75, "-1 min 15 s")]
    public void Durations_have_two_units(double seconds, string words) => Assert.Equal(words, Wording.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_broadcast_under_way_is_told_by_its_slowest_and_its_fastest_node()
    {
        NodeTransfer Node(int number, long megabytes, TransferState state) => new(NodeName.Parse($"n-{number}"), megabytes << 20, 100 << 20, number, state);
        Assert.Equal(
            "broadcast: 3 of 5 nodes at 25 to 100 % of 1.0 GiB, 100 MiB/s; 1 aside, 1 lost",
            BroadcastWording.Line(new BroadcastProgress(1 << 30, [
                Node(1, 1024, TransferState.Writing), Node(2, 512, TransferState.Receiving), Node(3, 256, TransferState.Receiving), Node(4, 3, TransferState.Aside), Node(5, 2, TransferState.Lost)])));
        Assert.Equal("broadcast: 1 node; 1 waiting", BroadcastWording.Line(new BroadcastProgress(1, [Node(1, 0, TransferState.Waiting)])));
    }

    [Fact]
    public void A_broadcast_that_has_ended_has_one_line_of_truth()
    {
        var summary = new BroadcastSummary(1 << 30, 42, TimeSpan.FromSeconds(9.4)) { BytesPerSecond = 109 << 20, LinkShare = 0.91, ServerBytes = 1 << 30 };
        Assert.Equal("broadcast: 1.0 GiB to 42 nodes in 9.4 s, 109 MiB/s each (91 % of the link); sent by this server 1.0 GiB, in vain 0 B", BroadcastWording.Line(summary));
        Assert.EndsWith(
            "; passed by: n-7 (slow), n-9 (frozen); wrong blocks from: n-3 (2)",
            BroadcastWording.Line(summary with
            {
                Bypasses = [new(NodeName.Parse("n-7"), null, BypassCause.Slow), new(NodeName.Parse("n-9"), NodeName.Parse("n-10"), BypassCause.Frozen)],
                Wrong = [new(NodeName.Parse("n-3"), 2)],
            }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Results_leave_out_what_there_is_none_of()
    {
        Assert.Equal("0 ok", Wording.Results(new()));
        Assert.Equal("1,000 ok, 2 failed, 3 discarded", Wording.Results(new(Ok: 1000, Ko: 2, Discarded: 3)));
    }
}
