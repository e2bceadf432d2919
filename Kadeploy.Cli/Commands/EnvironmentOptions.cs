using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Engine.Environments;

namespace Kadeploy.Cli.Commands;

/// <summary>The options that choose one environment, by a description or by its name in the catalogue; the names are those of Kadeploy 3's commands.</summary>
/// <param name="purpose">For what an environment is wanted, where that is not always so; else null.</param>
internal sealed class EnvironmentOptions(string? purpose = null)
{
    private readonly Option<string?> _file = new("-a", "--env-file")
    {
        HelpName = "FILE", Description = (purpose is null ? "The" : $"For {purpose}: the") + " description of the environment: a file, an address of http or https, or '-' for standard input.",
    };

    private readonly Option<string?> _name = new("-e", "--env-name")
    {
        HelpName = "NAME", Description = (purpose is null ? "The" : $"For {purpose}: the") + " name or alias of a recorded environment ('kadeploy env list'); yours before others'.",
    };

    private readonly Option<string?> _owner = new("-u", "--env-user") { HelpName = "USER", Description = "Whose environment NAME is. Default: yours, else one that is public." };

    private readonly Option<int?> _version = new("--env-version")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, int.MaxValue), Description = "The version of NAME. Default: the highest.",
    };

    /// <summary>Gets the synopsis of these options.</summary>
    public static string Synopsis => "-a FILE|URL|-|-e NAME [-u USER] [--env-version N]";

    /// <summary>Gets the synopsis of these options where an environment is not always wanted.</summary>
    public static string OptionalSynopsis => "[-a FILE|URL|-] [-e NAME] [-u USER] [--env-version N]";

    /// <summary>Adds the options to the command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _file, _name, _owner, _version }) command.Options.Add(option);
    }

    /// <summary>Says whether the description is on standard input.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether it is.</returns>
    public bool ReadsInput(ParseResult arguments) => arguments.GetValue(_file) == "-";

    /// <summary>Says whether an environment is chosen, or something is said of one.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether any of the options is there.</returns>
    public bool IsThere(ParseResult arguments) => new Option[] { _file, _name, _owner, _version }.Any(option => arguments.GetResult(option) is not null);

    /// <summary>Gives the environment.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="texts">Reads files.</param>
    /// <param name="find">Finds a recorded one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="ConfigurationException">None is chosen, or what is chosen is not there or is wrong.</exception>
    public async Task<KaEnvironment> ReadAsync(
        ParseResult arguments, InputText texts, Func<EnvironmentSelection, Task<KaEnvironment>> find, CancellationToken cancellationToken)
    {
        var (file, name) = (arguments.GetValue(_file), arguments.GetValue(_name));
        if (file is null == name is null) throw new ConfigurationException("you must choose an environment: by -a FILE or by -e NAME, one of them");
        if (file is not null && (arguments.GetValue(_owner) is not null || arguments.GetResult(_version) is not null))
            throw new ConfigurationException("--env-user and --env-version say which environment of a name is meant; give them with -e NAME");
        return file is not null
            ? EnvironmentReader.Read(await texts.ReadAsync("description", file, cancellationToken), file, CommandContext.User)
            : await find(new()
            {
                Name = name, Owner = arguments.GetValue(_owner), Version = arguments.GetResult(_version) is null ? null : arguments.GetValue(_version),
            });
    }
}
