using System.Text;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Consoles;

public class ConsoleTests
{
    private static readonly Node Node = new() { Name = NodeName.Parse("a-1.site.example"), Cluster = "a" };

    [Theory]
    [InlineData("one\r\ntwo\r\n", "one|two")]
    [InlineData("\u001b[2J\u001b[01;01H\u001b[?25lSeaBIOS\u001b[0m (version 1)\r\n", "SeaBIOS (version 1)")]
    [InlineData("\u001b]0;title\u0007login: ", "login:")]
    [InlineData("10 %\r50 %\r100 %\r\ndone", "100 %|done")]
    [InlineData("a\n\n \n\u0000b\tc\n", "a|b c")]
    [InlineData("", "")]
    public void Lines_are_as_one_would_see_them(string received, string expected) =>
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), ConsoleText.LastLines(Encoding.UTF8.GetBytes(received), isCut: false));

    [Fact]
    public void A_first_line_of_which_only_a_part_is_there_is_left_out() =>
        Assert.Equal(["whole"], ConsoleText.LastLines("rt of a token\nwhole\n"u8, isCut: true));

    [Fact]
    public void A_log_file_is_read_at_its_end_whatever_became_of_it()
    {
        using var folder = new ScratchFolder();
        var console = new LogFileConsole(new(folder["HOSTNAME_SHORT.log"]));
        Assert.Empty(console.LastLines(Node));
        folder.Write("a-1.log", string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"line {i}\r\n")));
        Assert.Equal(ConsoleText.MostLines, console.LastLines(Node).Length);
        Assert.Equal("line 19999", console.LastLines(Node)[^1]);
        folder.Write("a-1.log", "begun again\n");
        Assert.Equal(["begun again"], console.LastLines(Node));
        File.Delete(folder["a-1.log"]);
        Assert.Empty(console.LastLines(Node));
    }

    [Fact]
    public void A_tail_keeps_the_last_bytes_of_any_number()
    {
        var tail = new ByteTail(8);
        tail.Add("abc"u8);
        Assert.Equal("abc"u8, tail.Read(out var isCut));
        Assert.False(isCut);
        tail.Add("defghij"u8);
        Assert.Equal("cdefghij"u8, tail.Read(out isCut));
        Assert.True(isCut);
        tail.Add("0123456789ABCDEF"u8);
        Assert.Equal("89ABCDEF"u8, tail.Read(out _));
    }

    [Fact]
    public async Task A_program_is_followed_until_the_console_is_closed_and_leaves_nothing_behind()
    {
        using var folder = new ScratchFolder();
        // It ends with its standard input, as some do.
        var program = folder.Program("follow", "echo hello; cat > /dev/null; echo ended\n");
        using var console = new FollowedConsole([Node], Lines(folder, program), "a test");
        await Until(() => !console.LastLines(Node).IsEmpty);
        Assert.Equal(["hello"], console.LastLines(Node));
        console.Dispose();
        await console.Ended.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_program_that_cannot_be_run_gives_no_lines_and_no_error()
    {
        using var folder = new ScratchFolder();
        using var console = new FollowedConsole([Node], Lines(folder, "/nowhere/console"), "a test");
        Assert.Empty(console.LastLines(Node));
        console.Dispose();
        await console.Ended.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static ConsoleLineSettings Lines(ScratchFolder folder, string program) =>
        new(new ConsoleFolder(folder.Path), _ => new() { Command = new() { Program = program } }, 0, TimeProvider.System);

    // A tail tells nobody of itself.
    private static async Task Until(Func<bool> holds)
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
