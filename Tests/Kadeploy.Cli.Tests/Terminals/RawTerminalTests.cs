using System.Runtime.Versioning;
using System.Text;
using Kadeploy.Terminals;
using Xunit;

namespace Kadeploy.Cli.Tests.Terminals;

/// <summary>The real terminal code on a real pseudo-terminal.</summary>
[SupportedOSPlatform("linux")]
public sealed class RawTerminalTests : IDisposable
{
    private readonly PseudoTerminal? _terminal = OperatingSystem.IsLinux() ? new() : null;

    private PseudoTerminal Terminal
    {
        get
        {
            if (_terminal is null) Assert.Skip("not run: pseudo-terminals are made in Linux's way here");
            return _terminal;
        }
    }

    public void Dispose() => _terminal?.Dispose();

    [Fact]
    public async Task Keys_come_as_they_are_and_the_terminal_is_as_before_afterwards()
    {
        using (var raw = Take(EscapeSequence.Default))
        {
            Assert.False(Terminal.IsAsBefore);
            Terminal.Type("a\u0003\u001a\r");
            Assert.Equal("a\u0003\u001a\r", await ReadAsync(raw, 4));
        }

        Assert.True(Terminal.IsAsBefore);
    }

    [Fact]
    public async Task Keys_after_those_that_leave_stay_in_the_terminal()
    {
        using (var raw = Take(EscapeSequence.Default))
        {
            Terminal.Type("x\u001b\u001b\u001b\u001bnext");
            Assert.Equal("x\u001b\u001b\u001b\u001b", await ReadAsync(raw, 5));
        }

        Assert.Equal("next", Terminal.Read(4));
    }

    [Fact]
    public void Keys_that_are_typed_after_it_was_given_back_stay_in_the_terminal()
    {
        for (var i = 0; i < 20; i++)
        {
            Take(EscapeSequence.Default).Dispose();
            Terminal.Type("k");
            Assert.Equal("k", Terminal.Read(1));
        }
    }

    [Fact]
    public async Task A_terminal_that_hangs_up_gives_no_keys()
    {
        using var raw = Take(EscapeSequence.Default);
        Terminal.Type("q");
        Assert.Equal("q", await ReadAsync(raw, 1));
        Terminal.HangUp();
        Assert.True((await raw.ReadAsync(TestContext.Current.CancellationToken)).IsEmpty);
    }

    [Fact]
    public void What_is_no_terminal_is_refused()
    {
        using var file = File.OpenHandle(Path.Combine(AppContext.BaseDirectory, "kadeploy.dll"));
        Assert.Contains("the terminal cannot be asked for its modes", Assert.Throws<IOException>(() => new UnixTerminalModes((int)file.DangerousGetHandle())).Message, StringComparison.Ordinal);
    }

    private RawTerminal Take(EscapeSequence escape) => new(new UnixTerminalModes(Terminal.Descriptor), escape, goesOn: true);

    private static async Task<string> ReadAsync(RawTerminal raw, int count)
    {
        var keys = new List<byte>();
        while (keys.Count < count)
        {
            var some = await raw.ReadAsync(TestContext.Current.CancellationToken);
            Assert.False(some.IsEmpty);
            keys.AddRange(some.Span);
        }

        return Encoding.UTF8.GetString([.. keys]);
    }
}
