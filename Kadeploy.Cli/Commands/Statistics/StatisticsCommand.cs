using System.CommandLine;
using Kadeploy.Cli.Output.Statistics;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary>A command that asks the log something; it starts no engine and reads no configuration.</summary>
internal abstract class StatisticsCommand : CliCommand
{
    private readonly StateOption _state = new();

    /// <summary>Makes the command.</summary>
    /// <param name="context">What it is given.</param>
    /// <param name="name">What is typed.</param>
    /// <param name="summary">What it does, in one phrase.</param>
    /// <param name="charts">Whether its results can be drawn.</param>
    protected StatisticsCommand(CommandContext context, string name, string summary, bool charts)
        : base(name, summary) => (Context, Format) = (context, new(charts));

    /// <summary>Gets what the command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>Gets the options that say how results are shown.</summary>
    protected StatFormatOptions Format { get; }

    /// <summary>Adds the options that all have, after the command's own.</summary>
    protected void AddCommonOptions()
    {
        Format.AddTo(this);
        Options.Add(_state);
        Runs(RunAsync);
    }

    /// <summary>Asks and shows.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="statistics">Whom to ask.</param>
    /// <param name="output">Where to show it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    protected delegate Task Question(ParseResult arguments, IStatistics statistics, SheetOutput output, CancellationToken cancellationToken);

    /// <summary>Reads what is asked.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="problems">Receives what is wrong; then nothing is asked.</param>
    /// <returns>The question.</returns>
    protected abstract Question Read(ParseResult arguments, List<string> problems);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        Format.Check(arguments, Context, problems);
        var question = Read(arguments, problems);
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        var directory = _state.Directory(arguments);
        StateDirectory.RequireState(directory);
        await using var session = await Context.Engines.OpenCatalogsAsync(new() { StateDirectory = directory }, cancellationToken);
        await question(arguments, session.Catalogs.Statistics, Format.Open(arguments, Context), cancellationToken);
        return ExitCode.Ok;
    }
}
