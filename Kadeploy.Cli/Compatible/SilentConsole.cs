using Kadeploy.Cli.Consoles;
using Kadeploy.Terminals;

namespace Kadeploy.Cli.Compatible;

/// <summary>A console on which results are not written, because the command of Kadeploy 3 writes none.</summary>
/// <param name="console">The real one.</param>
internal sealed class SilentConsole(IConsoleStreams console) : IConsoleStreams
{
    public TextWriter Output => TextWriter.Null;

    public Stream OutputBytes => Stream.Null;

    public TextWriter Error => console.Error;

    public TextReader Input => console.Input;

    public bool InputIsTerminal => console.InputIsTerminal;

    public bool OutputIsTerminal => false;

    public bool ErrorIsTerminal => console.ErrorIsTerminal;

    public bool ShowsUnicode => console.ShowsUnicode;

    public int Width => console.Width;

    public string? Variable(string name) => console.Variable(name);

    public IDisposable OnInterrupt(Action<Interruption> handler) => console.OnInterrupt(handler);

    public IRawTerminal TakeTerminal(EscapeSequence escape) => console.TakeTerminal(escape);

    public Task<char> ReadKeyAsync(CancellationToken cancellationToken) => console.ReadKeyAsync(cancellationToken);
}
