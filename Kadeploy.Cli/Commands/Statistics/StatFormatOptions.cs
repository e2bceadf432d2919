using System.CommandLine;
using Kadeploy.Cli.Output.Charts;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary>The options that say how results are shown.</summary>
/// <param name="charts">Whether results can be drawn.</param>
internal sealed class StatFormatOptions(bool charts)
{
    private readonly Option<bool> _csv = new("--csv") { Description = "Write comma-separated values (RFC 4180) with a header line instead of a table." };

    private readonly Option<bool> _chart = new("--chart") { Description = "Draw a chart in the terminal instead of a table." };

    private readonly Option<string?> _svg = new("--svg") { HelpName = "FILE", Description = "Write the chart to a file too, as SVG; '-' writes nothing but that to standard output." };

    /// <summary>Gets the synopsis of these options.</summary>
    public string Synopsis => charts ? "[--csv] [--chart] [--svg FILE] [--state DIR] [--json] [--no-color]" : "[--csv] [--state DIR] [--json] [--no-color]";

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_csv);
        if (!charts) return;
        command.Options.Add(_chart);
        command.Options.Add(_svg);
    }

    /// <summary>Says whether a histogram or chart is wanted.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether one is.</returns>
    public bool WantsChart(ParseResult arguments) => charts && (arguments.GetValue(_chart) || arguments.GetValue(_svg) is not null);

    /// <summary>Says whether results are for people, so that long lists are cut.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">What the command was given.</param>
    /// <returns>Whether they are.</returns>
    public bool IsTable(ParseResult arguments, CommandContext context) => !arguments.GetValue(_csv) && !arguments.GetValue(context.Global.Json);

    /// <summary>Finds what contradicts itself.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">What the command was given.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public void Check(ParseResult arguments, CommandContext context, List<string> problems)
    {
        var json = arguments.GetValue(context.Global.Json);
        var chart = charts && arguments.GetValue(_chart);
        string[] formats = [.. new[] { (json, "--json"), (arguments.GetValue(_csv), "--csv"), (chart, "--chart") }.Where(static each => each.Item1).Select(static each => each.Item2)];
        if (formats.Length > 1) problems.Add($"{string.Join(" and ", formats)} are both there; give one of them");
        if (charts && arguments.GetValue(_svg) == "-" && formats.Length > 0) problems.Add($"--svg - and {formats[0]} would both write to standard output; name a file");
        if (charts && arguments.GetValue(_svg) is { } file && string.IsNullOrWhiteSpace(file)) problems.Add("--svg: the name of the file is empty");
    }

    /// <summary>Opens the output.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">What the command was given.</param>
    /// <returns>The output.</returns>
    public SheetOutput Open(ParseResult arguments, CommandContext context) => new(
        context.Console.Output, context.Screen(arguments),
        arguments.GetValue(context.Global.Json) ? SheetFormat.Json : arguments.GetValue(_csv) ? SheetFormat.Csv : SheetFormat.Table);

    /// <summary>Draws the chart where it is wanted.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">What the command was given.</param>
    /// <param name="chart">Makes the chart.</param>
    /// <returns>Whether it stands in the place of the table.</returns>
    /// <exception cref="ConfigurationException">The file cannot be written.</exception>
    public bool Draw(ParseResult arguments, CommandContext context, Func<Chart> chart)
    {
        if (!WantsChart(arguments)) return false;
        var drawn = chart();
        if (arguments.GetValue(_svg) is { } file)
        {
            var svg = SvgChart.Draw(drawn);
            if (file == "-")
            {
                context.Console.Output.Write(svg);
                return true;
            }

            try
            {
                File.WriteAllText(file, svg);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new ConfigurationException($"--svg: '{Printable.Text(file)}' cannot be written: {failure.Message}");
            }
        }

        if (!arguments.GetValue(_chart)) return false;
        new TextChart(context.Console.Output, context.Screen(arguments), context.Console.ShowsUnicode).Draw(drawn);
        return true;
    }
}
