using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Power;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Power;

public sealed class CommandLineTests
{
    [Fact]
    public void Words_are_written_so_that_they_are_read_again()
    {
        const string Letters = "ab \t\"'\\$`|&;<>()[]*~#!é-_./\n";
        var random = new Random(7);
        for (var i = 0; i < 5000; i++)
        {
            ImmutableArray<string> words =
            [
                "p", .. Enumerable.Range(0, random.Next(5)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Letters[random.Next(Letters.Length)]))),
            ];
            Assert.Equal(words, CommandTemplate.Parse(CommandLine.Of(words)).Words);
        }
    }

    [Fact]
    public void Plain_words_stay_plain() => Assert.Equal("pdu cycle HOSTNAME_SHORT --port=3 \"a b\"", CommandLine.Of(["pdu", "cycle", "HOSTNAME_SHORT", "--port=3", "a b"]));
}
