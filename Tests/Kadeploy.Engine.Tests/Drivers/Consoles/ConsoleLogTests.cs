using System.Text;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Consoles;

public sealed class ConsoleLogTests : IDisposable
{
    private static readonly NodeName Node = NodeName.Parse("a-1");

    private readonly ScratchFolder _state = new();
    private readonly string _folder;

    public ConsoleLogTests()
    {
        _folder = new ConsoleFolder(_state.Path).Of(Node);
        Directory.CreateDirectory(_folder);
    }

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task What_came_is_read_again_in_its_order_across_processes()
    {
        Assert.False(ConsoleLogs.Exists(_state.Path, Node));
        foreach (var part in new[] { "one ", "two ", "three" })
        {
            using var log = Open(1 << 20);
            log.Append(Encoding.ASCII.GetBytes(part));
        }

        Assert.True(ConsoleLogs.Exists(_state.Path, Node));
        Assert.Equal("one two three", await ReadAsync());
    }

    [Fact]
    public async Task No_more_is_kept_than_is_allowed_and_it_is_the_end()
    {
        const int limit = 64 * 1024;
        using var log = Open(limit);
        for (var i = 0; i < 40_000; i++) log.Append(Encoding.ASCII.GetBytes($"{i:D9}\n"));
        var kept = Directory.EnumerateFiles(_folder, "*.log").Sum(static file => new FileInfo(file).Length);
        // What is written to next is not counted, and a part goes only as a whole.
        Assert.InRange(kept, limit / 2, limit + (limit / 8) + 4096);
        var lines = (await ReadAsync()).TrimEnd().Split('\n');
        Assert.Equal("000039999", lines[^1]);
        Assert.Equal(lines.Length - 1, int.Parse(lines[^1], null) - int.Parse(lines[1], null) + 1);
    }

    [Fact]
    public void Nothing_is_kept_where_nothing_is_wanted_and_a_full_disk_costs_no_console()
    {
        using var none = Open(0);
        none.Append("a"u8);
        Assert.Empty(Directory.GetFiles(_folder));
        using var lost = new ConsoleLog(_state["nowhere"], 1 << 20, TimeProvider.System);
        lost.Append("a"u8);
        lost.Append("b"u8);
    }

    [Fact]
    public async Task Following_goes_on_with_what_comes_and_into_the_next_part()
    {
        using var log = Open(1 << 15);
        log.Append("begun\n"u8);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var seen = new StringBuilder();
        await foreach (var piece in ConsoleLogs.ReadAsync(_state.Path, Node, follow: true, enough.Token))
        {
            seen.Append(Encoding.ASCII.GetString(piece.Span));
            if (seen.ToString().EndsWith("the end\n", StringComparison.Ordinal)) break;
            log.Append(Encoding.ASCII.GetBytes(new string('x', 5000) + (seen.Length > 20_000 ? "the end\n" : "\n")));
        }

        Assert.StartsWith("begun\nxxx", seen.ToString(), StringComparison.Ordinal);
        Assert.True(Directory.GetFiles(_folder, "*.log").Length > 1);
    }

    [Fact]
    public async Task Another_programs_file_is_followed_when_it_is_begun_anew()
    {
        var path = _state.Write("a-1.log", "the first of many words\n");
        var seen = new StringBuilder();
        await foreach (var piece in ConsoleLogs.ReadFileAsync(path, follow: true, TestContext.Current.CancellationToken))
        {
            seen.Append(Encoding.ASCII.GetString(piece.Span));
            if (seen.ToString().EndsWith("anew\n", StringComparison.Ordinal)) break;
            await File.WriteAllTextAsync(path, "anew\n", TestContext.Current.CancellationToken);
        }

        Assert.Equal("the first of many words\nanew\n", seen.ToString());
    }

    [Fact]
    public async Task Lines_are_as_one_saw_them_however_the_bytes_came()
    {
        var bytes = Encoding.UTF8.GetBytes("\u001b[2Jé one\r\n\r\n10 %\r20 %\r\nlogin: ");
        for (var size = 1; size <= bytes.Length; size++)
        {
            var lines = new List<string>();
            await foreach (var line in ConsoleLogs.LinesAsync(Pieces(size), null, TestContext.Current.CancellationToken)) lines.Add(line);
            Assert.Equal(["é one", "", "20 %", "login:"], lines);
        }

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(int size)
        {
            for (var start = 0; start < bytes.Length; start += size) yield return bytes.AsMemory(start, Math.Min(size, bytes.Length - start));
            await Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(0, false, "")]
    [InlineData(1, false, "four")]
    [InlineData(3, false, "two three four")]
    [InlineData(9, false, "one two three four")]
    [InlineData(0, true, "four")]
    [InlineData(2, true, "two three four")]
    public async Task The_last_lines_are_those_that_were_there_when_it_was_asked(int tail, bool followed, string expected)
    {
        var lines = new List<string>();
        await foreach (var line in ConsoleLogs.LinesAsync(Pieces(), tail, TestContext.Current.CancellationToken)) lines.Add(line);
        Assert.Equal(expected, string.Join(' ', lines));

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces()
        {
            yield return "one\ntw"u8.ToArray();
            yield return "o\nthree\nfo"u8.ToArray();
            if (followed) yield return ReadOnlyMemory<byte>.Empty;
            yield return "ur"u8.ToArray();
            await Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("a kadeploy.token=SECRET b", "a kadeploy.token=****** b")]
    [InlineData("KADEPLOY.TOKEN=x-y_z", "KADEPLOY.TOKEN=*****")]
    [InlineData("kadekadeploy.token=x kadeploy.token", "kadekadeploy.token=* kadeploy.token")]
    [InlineData("kadeploy.tokens=x", "kadeploy.tokens=x")]
    public void Tokens_are_masked_however_they_come(string text, string expected)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            var mask = new TokenMask();
            var bytes = Encoding.ASCII.GetBytes(text);
            for (var start = 0; start < bytes.Length; start += size) mask.Apply(bytes.AsSpan(start, Math.Min(size, bytes.Length - start)));
            Assert.Equal(expected, Encoding.ASCII.GetString(bytes));
        }
    }

    [Theory]
    [InlineData("~.", "~~.")]
    [InlineData("a~.\r~", "a~.\r~~")]
    [InlineData("\n~~", "\n~~~")]
    public void The_programs_escape_is_doubled_where_it_would_be_one(string typed, string written)
    {
        Assert.Equal(written, Encoding.ASCII.GetString(new TypedKeys((byte)'~').Next(Encoding.ASCII.GetBytes(typed))));
        Assert.Equal(typed, Encoding.ASCII.GetString(new TypedKeys(null).Next(Encoding.ASCII.GetBytes(typed))));
    }

    private ConsoleLog Open(long limit) => new(_folder, limit, TimeProvider.System);

    private async Task<string> ReadAsync()
    {
        var text = new StringBuilder();
        await foreach (var piece in ConsoleLogs.ReadAsync(_state.Path, Node, follow: false, TestContext.Current.CancellationToken)) text.Append(Encoding.ASCII.GetString(piece.Span));
        return text.ToString();
    }
}
