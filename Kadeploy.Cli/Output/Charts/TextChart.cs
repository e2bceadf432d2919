using Spectre.Console;

namespace Kadeploy.Cli.Output.Charts;

/// <summary>Draws a chart with characters.</summary>
/// <param name="writer">Standard output.</param>
/// <param name="screen">What it can show.</param>
/// <param name="unicode">Whether it shows more than ASCII.</param>
internal sealed class TextChart(TextWriter writer, ScreenSettings screen, bool unicode)
{
    private const int NarrowestBars = 10;
    private const int WidthOfFiles = 100;
    private const int ColumnsOfTick = 12;

    private static readonly Color[] Colors = [Color.Blue, Color.Yellow];

    private readonly IAnsiConsole _ansi = (screen.OutputIsTerminal ? screen : screen with { Width = WidthOfFiles }).Ansi(writer, screen.OutputIsTerminal);

    private int Width => (screen.OutputIsTerminal ? screen.Width : WidthOfFiles) - 1; // a full last column would wrap

    /// <summary>Draws.</summary>
    /// <param name="chart">The chart.</param>
    public void Draw(Chart chart)
    {
        Line(Plain(chart.Title), new(decoration: Decoration.Bold));
        if (chart.Bars.IsEmpty)
        {
            Line("There is nothing to draw.", Style.Plain);
            return;
        }

        var texts = Math.Min(chart.Bars.Max(static bar => bar.Text.Length), Math.Max(4, (Width - NarrowestBars) / 3));
        var labels = Math.Min(chart.Bars.Max(static bar => bar.Label.Length), Math.Max(4, Width - NarrowestBars - texts - 3));
        var cells = Math.Max(NarrowestBars, Width - labels - texts - 3);
        var scale = ChartScale.For(chart, Math.Max(1, cells / ColumnsOfTick));
        foreach (var bar in chart.Bars) Bar(chart, bar, labels, cells, texts, scale);
        Axis(labels, cells, scale);
        Legend(chart);
    }

    private void Bar(Chart chart, ChartBar bar, int labels, int cells, int texts, ChartScale scale)
    {
        var label = bar.Label.Length > 0 || chart.Kinds.IsEmpty ? Cut(bar.Label, labels).PadRight(labels) : new(' ', labels);
        var length = bar.Value / scale.End * cells;
        var full = Math.Min(cells, (int)Math.Round(length * 8) / 8);
        var drawn = new char[cells];
        Array.Fill(drawn, ' ');
        var glyph = (unicode, bar.Kind) switch { (true, 0) => '█', (true, _) => '▓', (false, 0) => '#', _ => '=' };
        Array.Fill(drawn, glyph, 0, full);
        if (unicode && bar.Kind == 0)
        {
            // A value above zero shows, however small.
            var eighths = (int)Math.Round((length - full) * 8);
            if (full < cells && (eighths > 0 || (full == 0 && bar.Value > 0))) drawn[full] = " ▏▎▍▌▋▊▉"[Math.Clamp(eighths, 1, 7)];
        }
        else if (full == 0 && bar.Value > 0)
        {
            drawn[0] = unicode ? '▏' : '|';
        }

        if (bar.Mark is { } mark) drawn[Math.Clamp((int)Math.Round(mark / scale.End * cells) - 1, 0, cells - 1)] = unicode ? '┃' : '!';
        var line = new Paragraph();
        line.Append($"{Plain(label)} {(unicode ? '│' : '|')}");
        line.Append(new string(drawn), new(Colors[Math.Min(bar.Kind, Colors.Length - 1)]));
        line.Append(" " + Plain(Cut(bar.Text, texts)));
        Write(line);
    }

    /// <summary>Draws the axis: a tick stands where its value ends.</summary>
    private void Axis(int labels, int cells, ChartScale scale)
    {
        var line = new char[labels + 2 + cells];
        Array.Fill(line, ' ', 0, labels + 1);
        Array.Fill(line, unicode ? '─' : '-', labels + 1, cells + 1);
        var numbers = new char[Math.Max(line.Length + ColumnsOfTick, Width)];
        Array.Fill(numbers, ' ');
        var free = 0;
        foreach (var tick in scale.Ticks)
        {
            var at = labels + 1 + (int)Math.Round(tick / scale.End * cells);
            line[at] = unicode ? (tick == 0 ? '└' : '┴') : '+';
            var text = scale.Label(tick);
            var begin = Math.Clamp(at - (text.Length / 2), 0, Math.Max(0, Width - text.Length));
            if (begin < free) continue; // no room: the tick stays without a number
            text.CopyTo(0, numbers, begin, text.Length);
            free = begin + text.Length + 1;
        }

        Line(new(line), Style.Plain);
        Line(new string(numbers).TrimEnd(), Style.Plain);
    }

    private void Legend(Chart chart)
    {
        for (var kind = 0; kind < chart.Kinds.Length; kind++)
        {
            var glyph = (unicode, kind) switch { (true, 0) => '█', (true, _) => '▓', (false, 0) => '#', _ => '=' };
            var line = new Paragraph();
            line.Append(new string(glyph, 2), new(Colors[Math.Min(kind, Colors.Length - 1)]));
            line.Append(" " + Plain(chart.Kinds[kind]));
            Write(line);
        }

        if (chart.Marks is { } marks) Line($"{(unicode ? '┃' : '!')}  {marks}", Style.Plain);
        Line(Plain(chart.Description), new(decoration: Decoration.Dim));
    }

    private string Cut(string text, int length) => text.Length <= length ? text : text[..Math.Max(0, length - 1)] + (unicode ? '…' : '~');

    // Names are whatever users wrote.
    private string Plain(string text) => unicode ? text : string.Concat(text.Select(static c => c < 128 ? c : '?'));

    private void Line(string text, Style style) => Write(new Paragraph(text, style));

    private void Write(Paragraph line)
    {
        _ansi.Write(line);
        _ansi.WriteLine();
    }
}
