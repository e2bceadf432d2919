using Kadeploy.Cli.Output.Statistics;
using Xunit;

namespace Kadeploy.Cli.Tests.Output.Statistics;

public class CsvTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData(" spaces ", " spaces ")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("\"", "\"\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("one\rreturn", "\"one\rreturn\"")]
    [InlineData("one\nline feed", "\"one\nline feed\"")]
    [InlineData("zoë; 'x'\t=1+1", "zoë; 'x'\t=1+1")]
    public void Fields_are_quoted_when_they_must_be(string field, string expected) => Assert.Equal(expected, Csv.Quoted(field));

    [Fact]
    public void Records_end_as_the_standard_says()
    {
        var writer = new StringWriter { NewLine = "\n" };
        Csv.Write(writer, ["a", null, "b,c"]);
        Csv.Write(writer, ["only"]);
        Assert.Equal("a,,\"b,c\"\r\nonly\r\n", writer.ToString());
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        var chance = new Random(3);
        const string Letters = "a,\"\r\n é";
        for (var i = 0; i < 500; i++)
        {
            var records = Enumerable.Range(0, 1 + chance.Next(4)).Select(_ => Enumerable.Range(0, 3).Select(_ => new string(chance.GetItems<char>(Letters, chance.Next(6)))).ToArray()).ToArray();
            var writer = new StringWriter();
            foreach (var record in records) Csv.Write(writer, record);
            Assert.Equal(records, CsvReading.Read(writer.ToString()));
        }
    }
}
