using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Kadeploy.Cli.Output.Charts;
using Xunit;

namespace Kadeploy.Cli.Tests.Output.Charts;

public class ChartTests
{
    private static readonly Chart Sample = new(
        "Failure rates", "The share of nodes that failed.", ChartUnit.Share,
        [new("node-1", 0.5, "50 % (2 of 4)"), new("a node with a name that is much longer than there is room for on a narrow screen", 0.125, "12.5 % (1 of 8)"), new("node-3", 0, "0 % (0 of 9)"), new("node-4", 0.0001, "0 % (1 of 9,999)")]);

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(200)]
    public void Charts_fit_the_screen_and_bars_are_as_long_as_their_values(int width)
    {
        foreach (var unicode in new[] { true, false })
        {
            var lines = Draw(Sample, width, unicode).Split('\n');
            Assert.All(lines, line => Assert.True(line.Length < width, line));
            var bar = unicode ? '█' : '#';
            var half = lines[1].Count(c => c == bar);
            Assert.InRange(lines[2].Count(c => c == bar), (half / 4) - 1, (half / 4) + 1);
            Assert.DoesNotContain(bar, lines[3]);
            Assert.Contains(unicode ? "│▏" : "||", lines[4], StringComparison.Ordinal); // above zero, and to be seen
            // The axis ends where the longest bar does: at a round number that is not below it.
            Assert.Contains("50 %", lines[6], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_unicode_there_is_nothing_but_ascii()
    {
        var chart = Sample with { Title = "zoë", Bars = [new("zoë", 1, "½") { Mark = 0.5 }], Kinds = ["before", "äfter"], Marks = "median" };
        Assert.All(Draw(chart, 80, unicode: false), static c => Assert.True(c < 128));
        Assert.Contains("zo? ", Draw(chart, 80, unicode: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_colors_there_are_no_escapes()
    {
        var writer = new StringWriter { NewLine = "\n" };
        new TextChart(writer, new() { Width = 80, OutputIsTerminal = true, Color = false, Live = false }, unicode: true).Draw(Sample);
        Assert.DoesNotContain("[3", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("[4", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_draw_is_said()
    {
        var empty = Sample with { Bars = [] };
        Assert.Contains("There is nothing to draw.", Draw(empty, 80, unicode: true), StringComparison.Ordinal);
        Assert.Contains("There is nothing to draw.", SvgChart.Draw(empty), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 6)]
    [InlineData(0.0004, 0.001, 6)]
    [InlineData(0.9, 1, 6)]
    [InlineData(59, 60, 6)]
    [InlineData(61, 80, 6)]
    [InlineData(200, 240, 6)]
    [InlineData(4000, 4800, 6)]
    [InlineData(1e9, 1e9, 6)]
    [InlineData(7, 10, 1)]
    public void Axes_begin_at_zero_and_end_at_a_round_number(double largest, double end, int most)
    {
        var scale = ChartScale.For(new("", "", ChartUnit.Duration, [new("", largest, "")]), most);
        Assert.InRange(scale.End, Math.Max(largest, end * 0.999), Math.Max(end * 1.3, largest * 6));
        Assert.InRange(scale.Steps, 1, Math.Max(1, most));
        Assert.Equal(0, scale.Ticks.First());
        Assert.Equal(scale.Steps + 1, scale.Ticks.Select(scale.Label).Distinct().Count());
    }

    [Theory]
    [InlineData(0.02, "20 ms is 0.02 s")]
    [InlineData(90, "1 min 30 s")]
    [InlineData(5400, "1 h 30 min")]
    [InlineData(90000, "1 d 1 h")]
    public void Ticks_have_units(double seconds, string expected)
    {
        var label = ChartScale.For(new("", "", ChartUnit.Duration, [new("", 1, "")]), 5).Label(seconds);
        Assert.EndsWith(label, expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Svg_is_valid_tells_what_it_shows_and_draws_bars_to_scale()
    {
        var hostile = Sample with
        {
            Title = "<script>alert('1')</script> & \u0001\uFFFF", Marks = "95th percentile", Kinds = ["before", "after"],
            Bars = [.. Sample.Bars, new("]]> <b>\"x\"</b> \u001b[31m", 0.25, "25 %") { Mark = 0.4, Kind = 1 }],
        };
        var text = SvgChart.Draw(hostile);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<svg ", text, StringComparison.Ordinal);
        using var reader = XmlReader.Create(new StringReader(text), new() { DtdProcessing = DtdProcessing.Prohibit, ConformanceLevel = ConformanceLevel.Document, CheckCharacters = true });
        var svg = XDocument.Load(reader).Root!;
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal((ns + "svg", ns + "title", ns + "desc"), (svg.Name, svg.Elements().First().Name, svg.Elements().ElementAt(1).Name));
        Assert.StartsWith("<script>alert('1')</script> & ", svg.Element(ns + "title")!.Value, StringComparison.Ordinal);
        Assert.Equal("The share of nodes that failed.", svg.Element(ns + "desc")!.Value);
        Assert.Equal(["desc", "line", "rect", "svg", "text", "title"], svg.DescendantsAndSelf().Select(static e => e.Name.LocalName).Distinct().Order(StringComparer.Ordinal));
        var bars = svg.Elements(ns + "rect").Where(rect => rect.Element(ns + "title") is not null).Select(static rect => Number(rect, "width")).ToList();
        Assert.Equal(5, bars.Count);
        Assert.Equal(bars[0] / 4, bars[1], 0.02);
        Assert.Equal(0, bars[2]);
        Assert.Equal(bars[0] / 2, bars[4], 0.02);
        var (width, height) = (Number(svg, "width"), Number(svg, "height"));
        foreach (var element in svg.Descendants())
        {
            foreach (var name in new[] { "x", "x1", "x2" })
                if (element.Attribute(name) is not null) Assert.InRange(Number(element, name), 0, width);
            foreach (var name in new[] { "y", "y1", "y2" })
                if (element.Attribute(name) is not null) Assert.InRange(Number(element, name), 0, height);
        }
    }

    [Fact]
    public void A_histogram_has_bins_of_equal_width_that_hold_all_durations()
    {
        var chance = new Random(2);
        var bins = Enumerable.Range(0, 1000).Select(_ => 60 + (chance.NextDouble() * 30)).Append(500).GroupBy(static s => Math.Floor(s)).OrderBy(static g => g.Key)
            .Select(static g => new DurationBin(TimeSpan.FromSeconds(g.Key), TimeSpan.FromSeconds(g.Key + 1), g.Count())).ToImmutableArray();
        var chart = DurationCharts.Histogram("Boots", new()
        {
            Count = 1001, Minimum = TimeSpan.FromSeconds(60), Maximum = TimeSpan.FromSeconds(500), Mean = TimeSpan.FromSeconds(75), P50 = TimeSpan.FromSeconds(75),
            P90 = TimeSpan.FromSeconds(87), P95 = TimeSpan.FromSeconds(88), P99 = TimeSpan.FromSeconds(89.9), MedianConfidence = default, Error = 0, Histogram = bins,
        });
        Assert.Equal(1001, chart.Bars.Sum(static bar => bar.Value));
        Assert.Equal("1 min 0 s to 1 min 2 s", chart.Bars[0].Label);
        Assert.Equal(("1 min 30 s and more", 1), (chart.Bars[^1].Label, (int)chart.Bars[^1].Value));
        Assert.Equal(16, chart.Bars.Length);
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static string Draw(Chart chart, int width, bool unicode)
    {
        var writer = new StringWriter { NewLine = "\n" };
        new TextChart(writer, new() { Width = width, OutputIsTerminal = true, Color = false, Live = false }, unicode).Draw(chart);
        return System.Text.RegularExpressions.Regex.Replace(writer.ToString(), "\u001b\\[[0-9;]*m", "");
    }
}
