using Kadeploy.Protocol;
using Xunit;

namespace Kadeploy.Agent.Tests.Protocol;

public class FrameTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_message_comes_out_as_it_went_in()
    {
        foreach (var message in SampleMessages.All)
        {
            var bytes = await SampleMessages.FramesAsync(message);
            var sender = Peer.Agent.MaySend(message.Type) ? Peer.Agent : Peer.Engine;
            var reader = new FrameReader(new MemoryStream(bytes), sender) { Limit = Wire.LargestPayload };
            var frame = await reader.ReadAsync(Token);
            Assert.Equal(message.Type, frame?.Type);
            var parsed = SampleMessages.Parse(frame!.Value);
            // The same again when it is written again.
            if (parsed is not null) Assert.Equal(bytes, await SampleMessages.FramesAsync(parsed));
            Assert.Null(await reader.ReadAsync(Token));
        }
    }

    [Fact]
    public void There_is_a_sample_of_every_type() =>
        Assert.Equal(Enum.GetValues<FrameType>(), SampleMessages.All.Select(static each => each.Type).Distinct().Order());

    [Fact]
    public async Task A_frame_that_comes_twice_is_refused()
    {
        var bytes = await SampleMessages.FramesAsync(new Ping(FrameType.Pong, 7));
        var reader = new FrameReader(new MemoryStream([.. bytes, .. bytes]), Peer.Agent);
        await reader.ReadAsync(Token);
        Assert.Contains("repetition", (await Assert.ThrowsAsync<ProtocolException>(async () => await reader.ReadAsync(Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_that_is_too_large_is_refused_before_anything_is_allocated()
    {
        var reader = new FrameReader(new MemoryStream([0x7F, 0xFF, 0xFF, 0xFF, (byte)FrameType.Pong, 0, 0, 0, 0]), Peer.Agent);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("larger", (await Assert.ThrowsAsync<ProtocolException>(async () => await reader.ReadAsync(Token))).Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1024 * 1024);
    }

    [Fact]
    public async Task A_frame_of_the_other_side_is_refused()
    {
        var reader = new FrameReader(new MemoryStream(await SampleMessages.FramesAsync(new InventoryRequest())), Peer.Agent);
        await Assert.ThrowsAsync<ProtocolException>(async () => await reader.ReadAsync(Token));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public async Task A_connection_that_ends_within_a_frame_is_not_taken_for_one_that_was_closed(int length)
    {
        var bytes = await SampleMessages.FramesAsync(new Ping(FrameType.Pong, 7));
        var reader = new FrameReader(new MemoryStream(bytes[..length]), Peer.Agent);
        await Assert.ThrowsAsync<ProtocolException>(async () => await reader.ReadAsync(Token));
    }

    [Fact]
    public void Texts_with_zero_bytes_or_broken_UTF8_and_contents_that_are_too_long_are_refused()
    {
        Assert.Throws<ProtocolException>(static () => new PayloadReader([0, 0, 0, 2, (byte)'a', 0]).Text());
        Assert.Throws<ProtocolException>(static () => new PayloadReader([0, 0, 0, 1, 0xFF]).Text());
        Assert.Throws<ProtocolException>(static () => new PayloadReader([1]).End());
        Assert.Throws<ProtocolException>(static () => new PayloadReader([0xFF, 0xFF, 0xFF, 0xFF]).Texts());
        Assert.Throws<ProtocolException>(static () => new PayloadReader([0, 0, 0x10, 0, 0, 0, 0, 0]).Texts());
    }
}
