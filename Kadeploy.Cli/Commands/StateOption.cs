using System.CommandLine;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands;

/// <summary>The option <c>--state DIR</c>.</summary>
internal sealed class StateOption : Option<string?>
{
    public StateOption()
        : base("--state")
    {
        HelpName = "DIR";
        Description = "The directory that keeps operations and their journal. Default: $XDG_STATE_HOME/kadeploy, or the platform's usual place.";
        CustomParser = static result => OptionParsing.Directory(result);
    }

    /// <summary>Gives the directory.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>What was named, or the default.</returns>
    public string Directory(ParseResult arguments) => arguments.GetValue(this) ?? StateDirectory.Default;

    /// <summary>Gives the option as it must be repeated to reach the same directory.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The option with a leading space, or nothing for the default.</returns>
    public string Repeat(ParseResult arguments) => OptionParsing.Repeat(Name, arguments.GetValue(this));
}
