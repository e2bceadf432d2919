using System.CommandLine;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Cli.Commands;

/// <summary>The option <c>--config FILE</c>.</summary>
internal sealed class ConfigOption : Option<string?>
{
    private readonly CommandContext _context;

    public ConfigOption(CommandContext context)
        : base("--config")
    {
        _context = context;
        HelpName = "FILE";
        Description = $"The configuration: clusters, nodes and how they are reached. Default: $KADEPLOY_CONFIG, else {SiteReader.DefaultPath}.";
    }

    /// <summary>Gives the file.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Its path.</returns>
    public string File(ParseResult arguments) => arguments.GetValue(this) ?? _context.Console.Variable(SiteReader.Variable) ?? SiteReader.DefaultPath;

    /// <summary>Reads it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The site.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with it, or it is not there.</exception>
    public Site Read(ParseResult arguments) => SiteReader.Read(Existing(arguments));

    /// <summary>Reads what it defines, without looking at the files that it names.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The site's outline; null when no configuration is named and none is where it is by default.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with it, or the one that is named is not there.</exception>
    public Site? ReadOutline(ParseResult arguments) => IsThere(arguments) ? SiteReader.ReadOutline(Existing(arguments)) : null;

    /// <summary>Reads who may do everything.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The administrators; null for the usual ones, when the configuration does not name them, or none is named and none is where it is by
    /// default.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with the configuration, or the one that is named is not there.</exception>
    public IReadOnlyCollection<string>? ReadAdministrators(ParseResult arguments) => ReadServer(arguments).Administrators;

    /// <summary>Reads what concerns this machine.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The settings; the usual ones when no configuration is named and none is where it is by default.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with the configuration, or the one that is named is not there.</exception>
    public ServerSettings ReadServer(ParseResult arguments) => IsThere(arguments) ? SiteReader.ReadServer(Existing(arguments)) : new() { Address = "" };

    private bool IsThere(ParseResult arguments) => File(arguments) != SiteReader.DefaultPath || System.IO.File.Exists(SiteReader.DefaultPath);

    private string Existing(ParseResult arguments)
    {
        var file = File(arguments);
        if (System.IO.File.Exists(file)) return file;
        throw new ConfigurationException(
            $"there is no configuration '{file}'; name one with --config FILE or the variable {SiteReader.Variable} (docs/configuration.md describes it)");
    }

    /// <summary>Gives the option as it must be repeated to reach the same file.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The option with a leading space, or nothing for the default.</returns>
    public string Repeat(ParseResult arguments) => OptionParsing.Repeat(Name, arguments.GetValue(this));
}
