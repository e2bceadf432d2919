using System.Runtime.InteropServices;
using System.Text;
using Kadeploy.Terminals;

namespace Kadeploy.Cli.Consoles;

/// <summary>The real console.</summary>
internal sealed class SystemConsole : IConsoleStreams
{
    private const int WidthWithoutTerminal = 80;

    // The console's own writer flushes each line; a large deployment writes a million of them.
    public TextWriter Output { get; } = new StreamWriter(
        new SafeStream(Console.OpenStandardOutput(), static failure => new("results cannot be written to standard output: " + failure.Message, failure)),
        new UTF8Encoding(false), 1 << 16);

    public Stream OutputBytes { get; } = new SafeStream(
        Console.OpenStandardOutput(), static failure => new("what comes cannot be written to standard output: " + failure.Message, failure));

    // Nobody is told that nobody can be told anything: the work goes on.
    public TextWriter Error { get; } = TextWriter.Synchronized(
        new StreamWriter(new SafeStream(Console.OpenStandardError(), null), ErrorEncoding()) { AutoFlush = true });

    public TextReader Input => Console.In;

    public bool InputIsTerminal => !Console.IsInputRedirected;

    public bool OutputIsTerminal => !Console.IsOutputRedirected;

    public bool ErrorIsTerminal => !Console.IsErrorRedirected;

    public int Width => OutputIsTerminal || ErrorIsTerminal ? Math.Max(20, Console.WindowWidth) : WidthWithoutTerminal;

    // POSIX: the first of these that is set names the locale, and with it the encoding; without any it is that of C, which is ASCII.
    public bool ShowsUnicode => OperatingSystem.IsWindows()
        ? Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage
        : (Variable("LC_ALL") ?? Variable("LC_CTYPE") ?? Variable("LANG")) is { } locale
            && locale.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase);

    public string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    public IDisposable OnInterrupt(Action<Interruption> handler) => new Registrations(handler);

    public IRawTerminal TakeTerminal(EscapeSequence escape) => RawTerminal.Take(escape, goesOn: true);

    // The thread that waits for a key cannot be called back; it is a background thread and ends with the process.
    public async Task<char> ReadKeyAsync(CancellationToken cancellationToken)
    {
        var key = await Task.Factory.StartNew(
            static () => Console.ReadKey(intercept: true), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);
        return key.Key == ConsoleKey.Enter ? '\n' : key.KeyChar;
    }

    /// <summary>Gives the terminal's encoding; without a mark at the beginning, which would be the first thing to be read.</summary>
    private static Encoding ErrorEncoding() =>
        Console.OutputEncoding is { CodePage: var page } other && page != Encoding.UTF8.CodePage ? other : new UTF8Encoding(false);

    private sealed class Registrations(Action<Interruption> handler) : IDisposable
    {
        private readonly PosixSignalRegistration _interrupt =
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, handler, Interruption.Interrupt));

        private readonly PosixSignalRegistration _terminate =
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, handler, Interruption.Terminate));

        public void Dispose()
        {
            _interrupt.Dispose();
            _terminate.Dispose();
        }

        private static void Handle(PosixSignalContext signal, Action<Interruption> handler, Interruption interruption)
        {
            signal.Cancel = true; // the process goes on; the handler decides
            handler(interruption);
        }
    }
}
