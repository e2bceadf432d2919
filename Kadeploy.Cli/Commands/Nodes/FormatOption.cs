using System.CommandLine;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary>The option <c>--format yaml|csv</c>.</summary>
internal sealed class FormatOption : Option<NodeListFormat?>
{
    public FormatOption(string description)
        : base("--format")
    {
        HelpName = "yaml|csv";
        Description = description;
        CustomParser = static result => OptionParsing.Name<NodeListFormat>(result);
    }

    /// <summary>Gives the format.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="files">Files, by whose names it is known when it is not named.</param>
    /// <returns>The format.</returns>
    /// <exception cref="ConfigurationException">The files are of both.</exception>
    public NodeListFormat Of(ParseResult arguments, IReadOnlyList<string> files)
    {
        if (arguments.GetValue(this) is { } named) return named;
        var formats = files.Select(static file => Path.GetExtension(file).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? NodeListFormat.Csv : NodeListFormat.Yaml).Distinct().ToList();
        return formats.Count > 1
            ? throw new ConfigurationException("the files are of two formats; give them one after the other, or name the format of all with --format")
            : formats.FirstOrDefault();
    }
}
