extern alias agent;

using System.Buffers.Binary;
using Kadeploy.Engine.Drivers.Channels;
using Kadeploy.Protocol;
using Xunit;
using AgentProtocolException = agent::Kadeploy.Protocol.ProtocolException;

namespace Kadeploy.Agent.Tests.Protocol;

/// <summary>Frames that were damaged at random, from a seed, go through everything that reads: nothing but a refusal may come of them.</summary>
public class FuzzTests
{
    private const int Rounds = 20_000;

    // The largest payload, parsed into objects, and what the reader itself holds.
    private const long MostBytes = 4 * 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(20251)]
    public async Task Parsers_refuse_damaged_frames_in_bounded_memory(int seed)
    {
        var random = new Random(seed);
        int whole = 0, refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var message = SampleMessages.All[random.Next(SampleMessages.All.Length)];
            var bytes = Damage(await SampleMessages.FramesAsync(message), random);
            var reader = new FrameReader(new MemoryStream(bytes), Peer.Agent.MaySend(message.Type) ? Peer.Agent : Peer.Engine) { Limit = Wire.LargestPayload };
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                while (await reader.ReadAsync(Token) is { } frame) SampleMessages.Parse(frame);
                whole++;
            }
            catch (ProtocolException)
            {
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"seed {seed}, round {round}: {Convert.ToHexString(bytes)}");
        }

        Assert.True(whole > 0 && refused > Rounds / 4, $"{whole} whole, {refused} refused");
    }

    [Fact]
    public async Task The_agent_ends_the_connection_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var commands = new agent::Kadeploy.Agent.Commands.CommandTable(folder.Path);
        var random = new Random(7);
        IMessage[] harmless = [.. SampleMessages.All.Where(static each => Peer.Engine.MaySend(each.Type) && each.Type is not (FrameType.Run or FrameType.FileBegin or FrameType.Refused))];
        var refused = 0;
        for (var round = 0; round < 4000; round++)
        {
            var bytes = Damage(await SampleMessages.FramesAsync(new Welcome(30), harmless[random.Next(harmless.Length)], harmless[random.Next(harmless.Length)]), random);
            var session = new agent::Kadeploy.Agent.AgentSession(new MemoryStream(bytes), Stream.Null, commands);
            try
            {
                await session.RunAsync(Hello(), Token);
            }
            catch (Exception problem) when (problem is AgentProtocolException or IOException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 4000);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task The_engine_ends_the_connection_and_nothing_else()
    {
        var random = new Random(11);
        IMessage[] messages = [.. SampleMessages.All.Where(static each => Peer.Agent.MaySend(each.Type))];
        var ended = new Dictionary<bool, int> { [true] = 0, [false] = 0 };
        for (var round = 0; round < 4000; round++)
        {
            var bytes = Damage(await SampleMessages.FramesAsync(messages[random.Next(messages.Length)], messages[random.Next(messages.Length)]), random);
            using var connection = new AgentConnection(
                NodeName.Parse("n-1"), new() { Token = "", Session = [], BootId = "b", IsDeploymentEnvironment = true },
                EmbeddedPrograms.All, new(new MemoryStream(bytes), Peer.Agent), new(Stream.Null),
                TimeSpan.FromSeconds(30), TimeProvider.System);
            ended[await connection.ReceiveAsync(Token) == "the agent closed it"]++;
            Assert.True(connection.Ended.IsCompletedSuccessfully);
        }

        Assert.True(ended[true] > 0 && ended[false] > 1000, $"{ended[true]} well, {ended[false]} refused");
    }

    private static agent::Kadeploy.Protocol.Hello Hello() => new() { Token = "", Session = new byte[Wire.SessionLength], BootId = "b", IsDeploymentEnvironment = true };

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes.ToArray();
        switch (random.Next(6))
        {
            case 0:
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                return damaged[..random.Next(damaged.Length)];
            case 2:
                random.NextBytes(damaged.AsSpan(random.Next(damaged.Length)));
                break;
            case 3:
                BinaryPrimitives.WriteUInt32BigEndian(damaged.AsSpan(random.Next(Math.Max(1, damaged.Length - 4))), (uint)random.NextInt64(uint.MaxValue));
                break;
            case 4:
                return [.. damaged, .. damaged];
            default:
                // The right length around a wrong content.
                random.NextBytes(damaged.AsSpan(Math.Min(damaged.Length, Wire.HeaderLength)));
                break;
        }

        return damaged;
    }
}
