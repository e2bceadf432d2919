using Spectre.Console;

namespace Kadeploy.Cli.Output;

/// <summary>What a screen can show.</summary>
internal sealed record ScreenSettings
{
    /// <summary>Gets the number of columns.</summary>
    public required int Width { get; init; }

    /// <summary>Gets a value indicating whether standard output is a terminal.</summary>
    public required bool OutputIsTerminal { get; init; }

    /// <summary>Gets a value indicating whether colors are wanted.</summary>
    public required bool Color { get; init; }

    /// <summary>Gets a value indicating whether progress is drawn over and over in place.</summary>
    public required bool Live { get; init; }

    /// <summary>Makes a Spectre console on a writer.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="terminal">Whether it leads to a terminal.</param>
    /// <returns>The console.</returns>
    public IAnsiConsole Ansi(TextWriter writer, bool terminal)
    {
        var ansi = AnsiConsole.Create(new()
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal && Color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new FixedOutput(writer, terminal, Width),
        });
        return ansi;
    }

    private sealed class FixedOutput(TextWriter writer, bool terminal, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => terminal;

        public int Width => width;

        public int Height => 50; // only used by full-screen widgets, of which there are none

        public void SetEncoding(System.Text.Encoding encoding)
        {
            // The writer's encoding is the process's business.
        }
    }
}
