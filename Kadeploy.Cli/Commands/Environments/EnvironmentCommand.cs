using System.CommandLine;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary>A command of <c>kadeploy env</c>.</summary>
internal abstract class EnvironmentCommand : CliCommand
{
    private readonly CatalogOptions _catalogs;

    /// <summary>Makes the command.</summary>
    /// <param name="context">What every command is given.</param>
    /// <param name="name">What is typed.</param>
    /// <param name="summary">What it does, in one phrase.</param>
    protected EnvironmentCommand(CommandContext context, string name, string summary)
        : base(name, summary)
    {
        (Context, _catalogs) = (context, new(context));
        Runs(RunAsync);
    }

    /// <summary>Gets what every command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>Adds the command's own options and arguments, and those that all have.</summary>
    /// <param name="symbols">Its own, in the order of the manual.</param>
    protected void Takes(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) Arguments.Add(argument);
            else Options.Add((Option)symbol);
        }

        _catalogs.AddTo(this);
    }

    /// <summary>Does what the command is for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environments">The catalogue.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    protected abstract Task<ExitCode> RunAsync(
        ParseResult arguments, IEnvironmentCatalog environments, EnvironmentOutput output, CancellationToken cancellationToken);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var host = await _catalogs.OpenAsync(arguments, cancellationToken);
        var output = new EnvironmentOutput(Context.Console.Output, arguments.GetValue(Context.Global.Json), Context.Screen(arguments));
        return await RunAsync(arguments, host.Catalogs.Environments, output, cancellationToken);
    }
}
