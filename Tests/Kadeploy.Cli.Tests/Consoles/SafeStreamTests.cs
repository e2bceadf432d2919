using Kadeploy.Cli.Consoles;
using Xunit;

namespace Kadeploy.Cli.Tests.Consoles;

public class SafeStreamTests
{
    [Fact]
    public void What_cannot_be_written_is_dropped_where_nothing_depends_on_it()
    {
        using var writer = new StreamWriter(new SafeStream(new FullStream(), null)) { AutoFlush = true };
        writer.WriteLine("progress");
    }

    [Fact]
    public void What_cannot_be_written_fails_with_words_where_it_is_the_result()
    {
        using var stream = new SafeStream(new FullStream(), static failure => new("results: " + failure.Message, failure));
        Assert.Equal("results: full", Assert.Throws<IOException>(() => stream.Write([1])).Message);
    }

    [Fact]
    public void What_can_be_written_is()
    {
        var kept = new MemoryStream();
        using (var writer = new StreamWriter(new SafeStream(kept, null))) writer.Write("ö");
        Assert.Equal("ö"u8.ToArray(), kept.ToArray());
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("full");
    }
}
