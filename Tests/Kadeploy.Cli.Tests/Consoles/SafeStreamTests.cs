using Kadeploy.Cli.Consoles;
using Xunit;

namespace Kadeploy.Cli.Tests.Consoles;

public class SafeStreamTests
{
    public static TheoryData<Exception> Failures { get; } = [new IOException("full"), new UnauthorizedAccessException("full")];

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_written_is_dropped_where_nothing_depends_on_it(Exception failure)
    {
        using var writer = new StreamWriter(new SafeStream(new FullStream(failure), null)) { AutoFlush = true };
        writer.WriteLine("progress");
    }

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_written_fails_with_words_where_it_is_the_result(Exception failure)
    {
        using var stream = new SafeStream(new FullStream(failure), static cause => new("results: " + cause.Message, cause));
        Assert.Equal("results: full", Assert.Throws<IOException>(() => stream.Write([1])).Message);
    }

    [Fact]
    public void What_can_be_written_is()
    {
        var kept = new MemoryStream();
        using (var writer = new StreamWriter(new SafeStream(kept, null))) writer.Write("ö");
        Assert.Equal("ö"u8.ToArray(), kept.ToArray());
    }

    private sealed class FullStream(Exception failure) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw failure;
    }
}
