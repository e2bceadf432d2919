using System.CommandLine;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands;

/// <summary>The options of commands that need catalogues and no engine: where the state and the configuration are.</summary>
/// <param name="context">What every command is given.</param>
/// <param name="config">The option for the configuration.</param>
/// <param name="state">The option for the state directory.</param>
internal sealed class CatalogOptions(CommandContext context, ConfigOption config, StateOption state)
{
    /// <summary>The options in a synopsis.</summary>
    public const string Synopsis = "[--config FILE] [--state DIR] [--json] [--no-color]";

    /// <summary>Makes the options.</summary>
    /// <param name="context">What every command is given.</param>
    public CatalogOptions(CommandContext context)
        : this(context, new(context), new())
    {
    }

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(config);
        command.Options.Add(state);
    }

    /// <summary>Opens the catalogues.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The catalogues; dispose them.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with the configuration, or the one that is named is not there.</exception>
    public Task<CatalogHost> OpenAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var server = config.ReadServer(arguments);
        return context.Engines.OpenCatalogsAsync(
            new() { StateDirectory = state.Directory(arguments), Administrators = server.Administrators, Files = server.Files }, cancellationToken);
    }
}
