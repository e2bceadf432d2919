using System.CommandLine;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary>The options that say which environments are meant; the names are those of kaenv3.</summary>
internal sealed class SelectionOptions
{
    /// <summary>Gets <c>-u</c>.</summary>
    public Option<string?> User { get; } = new("-u", "--env-user")
    {
        HelpName = "USER", Description = "Whose environment is meant. Default: yours; where nothing is changed, public ones too.",
    };

    /// <summary>Gets <c>--env-version</c>.</summary>
    public Option<int?> Version { get; } = new("--env-version")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, int.MaxValue), Description = "The version. Default: the highest.",
    };

    /// <summary>Gets <c>-s</c>.</summary>
    public Option<bool> All { get; } = new("-s", "--all-versions") { Description = "All versions." };

    /// <summary>Makes the argument that names an environment.</summary>
    /// <returns>The argument.</returns>
    public static Argument<string> NameArgument() => new("NAME") { Description = "The environment's name or alias." };

    /// <summary>Says which environments are meant.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="name">The name, or null for all.</param>
    /// <returns>The selection.</returns>
    public EnvironmentSelection Of(ParseResult arguments, string? name) => new()
    {
        Name = name,
        Owner = arguments.GetValue(User),
        Version = arguments.GetResult(Version) is null ? null : arguments.GetValue(Version),
        AllVersions = arguments.GetResult(All) is not null && arguments.GetValue(All),
    };
}
