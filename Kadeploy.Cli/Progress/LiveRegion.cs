using Kadeploy.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kadeploy.Cli.Progress;

/// <summary>The last lines of a terminal, drawn over and over.</summary>
/// <remarks>Spectre's own live display cannot be put aside for a question, and writes to the terminal in many small pieces.</remarks>
/// <param name="writer">The terminal.</param>
/// <param name="draft">A console like the terminal that writes to <paramref name="buffer"/>.</param>
/// <param name="buffer">Where a picture is drawn first.</param>
internal sealed class LiveRegion(TextWriter writer, IAnsiConsole draft, StringWriter buffer)
{
    private int _lines;

    /// <summary>Makes a region at the end of a terminal.</summary>
    /// <param name="writer">The terminal.</param>
    /// <param name="screen">What it can show.</param>
    /// <param name="region">The region.</param>
    /// <param name="unicode">Whether it shows more than ASCII.</param>
    /// <returns>False when the terminal cannot move its cursor.</returns>
    public static bool TryCreate(TextWriter writer, ScreenSettings screen, out LiveRegion? region, out bool unicode)
    {
        region = null;
        var capabilities = screen.Ansi(writer, terminal: true).Profile.Capabilities;
        unicode = capabilities.Unicode;
        if (!capabilities.Ansi) return false;
        var buffer = new StringWriter();
        var draft = (screen with { Width = screen.Width - 1 }).Ansi(buffer, terminal: true); // a full last column would wrap
        draft.Profile.Capabilities.Ansi = true;
        draft.Profile.Capabilities.Unicode = unicode;
        region = new(writer, draft, buffer);
        return true;
    }

    /// <summary>Replaces what is drawn.</summary>
    /// <param name="picture">The new picture.</param>
    public void Draw(IRenderable picture)
    {
        buffer.GetStringBuilder().Clear();
        draft.Write(picture);
        var text = buffer.ToString();
        if (!text.EndsWith('\n')) text += "\n";
        writer.Write(Erase() + text);
        writer.Flush();
        _lines = text.AsSpan().Count('\n');
    }

    /// <summary>Removes what is drawn.</summary>
    public void Clear()
    {
        writer.Write(Erase());
        writer.Flush();
        _lines = 0;
    }

    /// <summary>Gives the sequence that goes up to the region's first line and erases to the screen's end (ECMA-48 CPL and ED).</summary>
    private string Erase() => _lines == 0 ? "" : $"\e[{_lines}F\e[J";
}
