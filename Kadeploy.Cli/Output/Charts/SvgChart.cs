using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Kadeploy.Cli.Output.Charts;

/// <summary>Draws a chart as SVG 1.1 that stands for itself: no script, no style sheet, no font of its own, a title and a description for those who cannot see it.</summary>
internal static class SvgChart
{
    private const double Width = 900;
    private const double Row = 22;
    private const double BarHeight = 14;
    private const double Top = 64;
    private const double Letter = 8; // the width of a letter, on the safe side
    private const double LongestLabel = 350;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly string[] Fills = ["#2f6db5", "#e0962e"]; // told apart by people who see no red or no green, and in grey

    /// <summary>Draws.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>The document.</returns>
    public static string Draw(Chart chart)
    {
        var legend = chart.Kinds.Length + (chart.Marks is null ? 0 : 1);
        var bottom = Top + (Math.Max(1, chart.Bars.Length) * Row);
        var height = bottom + 40 + (legend * 18) + 16;
        var left = Math.Clamp(chart.Bars.Select(static bar => bar.Label.Length).DefaultIfEmpty().Max() * Letter, 40, LongestLabel) + 24;
        var right = Width - 24 - Math.Clamp(chart.Bars.Select(static bar => bar.Text.Length).DefaultIfEmpty().Max() * Letter, 40, 260);
        var scale = ChartScale.For(chart, 6);
        var root = new XElement(
            Svg + "svg", new XAttribute("viewBox", $"0 0 {Number(Width)} {Number(height)}"), new XAttribute("width", Number(Width)), new XAttribute("height", Number(height)),
            new XAttribute("role", "img"), new XAttribute("aria-labelledby", "title desc"), new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", "13"),
            new XElement(Svg + "title", new XAttribute("id", "title"), Clean(chart.Title)),
            new XElement(Svg + "desc", new XAttribute("id", "desc"), Clean(chart.Description)),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", "#ffffff")),
            Text(24, 28, chart.Title, "#1a1a1a", "start", ("font-size", "17"), ("font-weight", "bold")),
            Text(24, 48, chart.Description, "#555555", "start", ("font-size", "12")));
        foreach (var tick in scale.Ticks)
        {
            var x = At(tick);
            root.Add(Line(x, Top - 4, x, bottom, tick == 0 ? "#333333" : "#dddddd", 1));
            root.Add(Text(x, bottom + 18, scale.Label(tick), "#555555", "middle", ("font-size", "12")));
        }

        for (var i = 0; i < chart.Bars.Length; i++)
        {
            var (bar, y) = (chart.Bars[i], Top + (i * Row));
            root.Add(Text(left - 8, y + 12, Cut(bar.Label, (int)((left - 24) / Letter) + 1), "#1a1a1a", "end"));
            root.Add(new XElement(
                Svg + "rect", new XAttribute("x", Number(left)), new XAttribute("y", Number(y)), new XAttribute("width", Number(At(bar.Value) - left)),
                new XAttribute("height", Number(BarHeight)), new XAttribute("fill", Fills[Math.Min(bar.Kind, Fills.Length - 1)]),
                new XElement(Svg + "title", Clean($"{bar.Label}: {bar.Text}"))));
            if (bar.Mark is { } mark) root.Add(Line(At(mark), y - 2, At(mark), y + BarHeight + 2, "#1a1a1a", 2));
            root.Add(Text(Math.Max(At(bar.Value), At(bar.Mark ?? 0)) + 6, y + 12, bar.Text, "#333333", "start", ("font-size", "12")));
        }

        if (chart.Bars.IsEmpty) root.Add(Text(left, Top + 12, "There is nothing to draw.", "#555555", "start"));
        AddLegend(root, chart, left, bottom + 36);
        return Written(root);

        double At(double value) => left + (value / scale.End * (right - left));
    }

    private static void AddLegend(XElement root, Chart chart, double x, double y)
    {
        for (var kind = 0; kind < chart.Kinds.Length; kind++, y += 18)
        {
            root.Add(new XElement(
                Svg + "rect", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("width", "14"), new XAttribute("height", "12"),
                new XAttribute("fill", Fills[Math.Min(kind, Fills.Length - 1)])));
            root.Add(Text(x + 22, y + 11, chart.Kinds[kind], "#333333", "start", ("font-size", "12")));
        }

        if (chart.Marks is null) return;
        root.Add(Line(x + 7, y, x + 7, y + 13, "#1a1a1a", 2));
        root.Add(Text(x + 22, y + 11, chart.Marks, "#333333", "start", ("font-size", "12")));
    }

    private static XElement Text(double x, double y, string text, string fill, string anchor, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var element = new XElement(
            Svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("fill", fill), new XAttribute("text-anchor", anchor), Clean(text));
        foreach (var (name, value) in more) element.Add(new XAttribute(name, value));
        return element;
    }

    private static XElement Line(double x1, double y1, double x2, double y2, string stroke, double width) => new(
        Svg + "line", new XAttribute("x1", Number(x1)), new XAttribute("y1", Number(y1)), new XAttribute("x2", Number(x2)), new XAttribute("y2", Number(y2)),
        new XAttribute("stroke", stroke), new XAttribute("stroke-width", Number(width)));

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..Math.Max(0, length - 1)] + "…";

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Takes out what XML cannot hold; names are whatever users wrote.</summary>
    private static string Clean(string text) => string.Concat(Printable.Text(text).Where(XmlConvert.IsXmlChar));

    private static string Written(XElement root)
    {
        using var text = new Utf8Text();
        using (var writer = XmlWriter.Create(text, new() { Indent = true, NewLineChars = "\n" })) new XDocument(root).Save(writer);
        return text + "\n";
    }

    /// <summary>Says that it is what it will be written as.</summary>
    private sealed class Utf8Text() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;
    }
}
