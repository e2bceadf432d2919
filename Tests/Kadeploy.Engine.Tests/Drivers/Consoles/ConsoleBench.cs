using System.Text;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Consoles;

/// <summary>A node whose console is a program of the test, and users of it.</summary>
internal sealed class ConsoleBench : IAsyncDisposable
{
    /// <summary>Says what it is started for the how manieth time, then gives back what is typed.</summary>
    public const string Echo = """
        echo start >> starts
        echo '[up] as the test has it'
        echo "start $(wc -l < starts)"
        cat
        """;

    private readonly List<ConsoleUser> _users = [];

    public ConsoleBench(string script = Echo, long logLimit = 1 << 20)
    {
        Program = Folder.Program("console", $"cd '{Folder.Path}'\n{script}\n");
        Settings = new(
            new ConsoleFolder(Folder.Path), _ => new() { Command = new() { Program = Program }, Greeting = "[up]", EscapeCharacter = (byte)'~' }, logLimit, TimeProvider.System);
    }

    public static Node Node { get; } = new() { Name = NodeName.Parse("a-1.site.example"), Cluster = "a" };

    public ScratchFolder Folder { get; } = new();

    public ConsoleLineSettings Settings { get; set; }

    public string NodeFolder => Settings.Folder.Of(Node.Name);

    private string Program { get; }

    public int Starts => Folder.Lines("starts").Length;

    public ConsoleUser Enter(string user, bool readOnly = false, bool takeOver = false, int second = 0)
    {
        var operation = OperationId.Create(OperationKind.Console, DateTimeOffset.UnixEpoch.AddSeconds(second));
        var entered = new ConsoleUser(new(
            Node, Settings, new() { Nodes = [Node.Name], User = user, ReadOnly = readOnly, TakeOver = takeOver }, operation));
        _users.Add(entered);
        return entered;
    }

    /// <summary>Gives the same program, which tells by a word on standard error that it is connected.</summary>
    public Func<Node, ConsoleProgram> WithSign(string sign)
    {
        var usual = Settings.ProgramOf;
        return node => usual(node) with { SignOfLife = sign };
    }

    public async Task<string> LogAsync()
    {
        var text = new StringBuilder();
        await foreach (var piece in ConsoleLogs.ReadAsync(Folder.Path, Node.Name, follow: false, TestContext.Current.CancellationToken)) text.Append(Encoding.UTF8.GetString(piece.Span));
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var user in _users) await user.DisposeAsync();
        Folder.Dispose();
    }
}

/// <summary>One who has a session and reads what comes.</summary>
internal sealed class ConsoleUser : IAsyncDisposable
{
    private readonly StringBuilder _seen = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly Task _reading;

    public ConsoleUser(ConsoleSession session)
    {
        Session = session;
        Held = Task.Run(() => session.HoldAsync(TestContext.Current.CancellationToken));
        _reading = Task.Run(ReadAsync);
    }

    public ConsoleSession Session { get; }

    /// <summary>Gets what ends as the operation would.</summary>
    public Task Held { get; }

    /// <summary>Gets what has come, with notices in angle brackets.</summary>
    public string Seen
    {
        get
        {
            lock (_seen) return _seen.ToString();
        }
    }

    public async Task SeesAsync(string text)
    {
        while (!Seen.Contains(text, StringComparison.Ordinal))
        {
            if (_reading.IsCompleted) Assert.Fail($"the session has ended, and '{text}' is not in: {Seen}");
            await _more.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async Task TypeAsync(string text) => await Session.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    public async Task<OperationFailedException> FailsAsync()
    {
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => Held);
        await _reading;
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await _reading;
        await Held.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync()
    {
        await foreach (var output in Session.ReadAsync(CancellationToken.None))
        {
            lock (_seen) _seen.Append(output switch { ConsoleOutput.Bytes bytes => Encoding.UTF8.GetString(bytes.Data.Span), ConsoleOutput.Notice notice => $"<{notice.Text}>", _ => "" });
            _more.Release();
        }

        _more.Release();
    }
}
