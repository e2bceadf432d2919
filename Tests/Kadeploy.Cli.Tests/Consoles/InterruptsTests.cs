using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Tests.Fakes;
using Kadeploy.Terminals;
using Xunit;

namespace Kadeploy.Cli.Tests.Consoles;

public class InterruptsTests
{
    [Fact]
    public async Task An_interrupt_that_arrives_while_the_run_ends_does_no_harm()
    {
        var late = new LateConsole();
        var interrupts = new Interrupts(late, TestContext.Current.CancellationToken);
        interrupts.Dispose();
        late.Handler!(Interruption.Interrupt);
        Assert.Equal(Interruption.Interrupt, await interrupts.NextAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A system that calls a handler which was taken back a moment ago.</summary>
    private sealed class LateConsole : IConsoleStreams
    {
        private readonly FakeConsole _console = new();

        public Action<Interruption>? Handler { get; private set; }

        public TextWriter Output => _console.Output;

        public Stream OutputBytes => _console.OutputBytes;

        public TextWriter Error => _console.Error;

        public TextReader Input => _console.Input;

        public bool InputIsTerminal => false;

        public bool OutputIsTerminal => false;

        public bool ErrorIsTerminal => false;

        public int Width => _console.Width;

        public bool ShowsUnicode => true;

        public string? Variable(string name) => null;

        public IDisposable OnInterrupt(Action<Interruption> handler)
        {
            Handler = handler;
            return new StringReader("");
        }

        public IRawTerminal TakeTerminal(EscapeSequence escape) => _console.TakeTerminal(escape);

        public Task<char> ReadKeyAsync(CancellationToken cancellationToken) => _console.ReadKeyAsync(cancellationToken);
    }
}
