using System.Text;
using Kadeploy.Terminals;
using Xunit;

namespace Kadeploy.Cli.Tests.Terminals;

public class EscapeSequenceTests
{
    [Theory]
    [InlineData("^[^[^[^[", "ab\u001b\u001b\u001b\u001bcd", "ab\u001b\u001b\u001b\u001b", true)]
    [InlineData("^[^[^[^[", "\u001b\u001b\u001b[A\u001b", "\u001b\u001b\u001b[A\u001b", false)]
    [InlineData("^[^[^[^[", "\u001b\u001b\u001b\u001b\u001b", "\u001b\u001b\u001b\u001b", true)]
    [InlineData("^]", "a\u001d", "a\u001d", true)]
    [InlineData("^]q", "\u001d\u001dq", "\u001d\u001dq", true)]
    [InlineData("~.", "~.", "", true)]
    [InlineData("~.", "ls\r~.", "ls\r", true)]
    [InlineData("~.", "ls ~.\r~~.\r~", "ls ~.\r~~.\r", false)]
    [InlineData("~.", "~a~.", "~a~.", false)]
    [InlineData("none", "~.\u001b\u001b\u001b\u001b", "~.\u001b\u001b\u001b\u001b", false)]
    public void Keys_are_found_and_the_others_pass_however_they_come(string sequence, string typed, string passed, bool left)
    {
        Assert.True(EscapeSequence.TryParse(sequence, out var keys));
        for (var size = 1; size <= typed.Length; size++)
        {
            var watcher = keys.Watch();
            var (seen, found) = ("", false);
            for (var start = 0; start < typed.Length && !found; start += size)
            {
                found = watcher.Next(Encoding.ASCII.GetBytes(typed[start..Math.Min(typed.Length, start + size)]), out var through);
                seen += Encoding.ASCII.GetString(through);
            }

            Assert.Equal((passed, left), (seen, found));
        }
    }

    [Theory]
    [InlineData("^[^[", false, false)]
    [InlineData("^?", false, false)]
    [InlineData("~.", true, false)]
    [InlineData("none", false, true)]
    public void Keys_count_everywhere_or_at_the_beginning_of_lines(string text, bool lineStart, bool none)
    {
        Assert.True(EscapeSequence.TryParse(text, out var keys));
        Assert.Equal((lineStart, none, text), (keys.IsForLineStart, keys.IsNone, keys.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("^")]
    [InlineData("a^1")]
    [InlineData("é")]
    [InlineData("\u001b")]
    [InlineData("123456789012345678901234567890123")]
    public void Other_texts_are_no_keys(string text) => Assert.False(EscapeSequence.TryParse(text, out _));
}
