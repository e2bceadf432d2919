using System.CommandLine;
using Kadeploy.Cli.Errors;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Cli.Running;
using Kadeploy.Engine;
using Kadeploy.Progress;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy resume</c>.</summary>
internal sealed class ResumeCommand : CliCommand
{
    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public ResumeCommand(CommandContext context)
        : base("resume", "take up unfinished operations where they were")
    {
        (_context, _config) = (context, new(context));
        Options.Add(_state);
        Options.Add(_config);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy resume [--state DIR] [--config FILE] [--json] [--no-color]"],
        [
            "Takes up every operation of the state directory that has not ended and that no living engine holds, each node where it was, and "
            + "runs them to their end. No node fails because an engine died: what was cut off and may be repeated is repeated; what may not, "
            + "such as a reboot, gets a new attempt.",
            "Operations on real nodes need the configuration, which holds the secrets that no journal does; those on simulated nodes do not.",
            "With --json, standard output receives the events of each operation, those of earlier runs included, and after them its "
            + "line {\"kind\":\"summary\",...} as described in 'kadeploy simulate --help'. With nothing to resume there is one summary of 0 nodes.",
        ],
        [
            new("kadeploy resume", "Go on after a crash, a power failure or an interrupt."),
            new("kadeploy resume --state /srv/kadeploy --json | tail -n 1", "The same for another state directory, showing only the figures."),
        ],
        ["kadeploy operations", "kadeploy cancel", "kadeploy deploy", "kadeploy simulate"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var unfinished = await UnfinishedAsync(arguments, cancellationToken);
        if (unfinished.Count == 0)
        {
            _context.Console.Error.WriteLine("There is nothing to resume.");
            _context.Output(arguments).Report(new() { Progress = new ProgressModel(0, null).Snapshot(0), Usage = ProcessUsage.Measure() });
            return ExitCode.Ok;
        }

        var exitCodes = new List<ExitCode>();
        var total = new NodeCounts();
        var failures = new Dictionary<string, KadeployException>();

        // Real and simulated operations have different clocks, so each kind has an engine of its own; the real ones are more urgent.
        foreach (var simulated in unfinished.Select(static operation => operation.Simulated).Distinct().Order())
        {
            EngineOptions options;
            try
            {
                options = SettingsOf(arguments, simulated);
            }
            catch (ConfigurationException wrong)
            {
                // Those on simulated nodes can go on without a configuration.
                failures.TryAdd(wrong.Message, wrong);
                continue;
            }

            await using var session = await _context.Engines.OpenAsync(options, cancellationToken);
            var run = new OperationRun(_context, arguments, session, _state, _config);
            var taken = await session.Engine.ResumeAsync(cancellationToken);
            foreach (var held in unfinished.Where(operation => operation.Simulated == simulated && taken.All(mine => mine.Id != operation.Id)))
                _context.Console.Error.WriteLine($"{held.Id} is held by another engine, which goes on with it.");
            foreach (var operation in taken)
            {
                try
                {
                    if (await run.FollowAsync(operation) is not { } ended) return ExitCode.Interrupted;
                    total = Sum(total, ended.Results);
                    exitCodes.Add(run.Result(ended.Results));
                }
                catch (KadeployException failure)
                {
                    // It cannot go on here, but others may; when none can, all say the same.
                    failures.TryAdd(failure.Message, failure);
                }
            }
        }

        if (exitCodes.Contains(ExitCode.Interrupted)) return ExitCode.Interrupted;
        var reports = failures.Values.Select(static failure => FailureReport.From(failure, debug: false)).ToList();
        foreach (var line in reports.SelectMany(static report => report.Lines)) _context.Console.Error.WriteLine(line);
        return reports is [var first, ..] ? first.ExitCode : ExitCodes.From(total);
    }

    private EngineOptions SettingsOf(ParseResult arguments, bool simulated)
    {
        var options = new EngineOptions { StateDirectory = _state.Directory(arguments), Simulated = simulated };
        if (simulated) return options;
        return options with { Site = _config.Read(arguments) };
    }

    private async Task<List<Operation>> UnfinishedAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var reader = await _context.Engines.OpenReadOnlyAsync(_state.Directory(arguments), cancellationToken);
        var all = await reader.ListOperationsAsync(int.MaxValue, cancellationToken);
        return [.. all.Where(static operation => operation.State is OperationState.Running)];
    }

    private static NodeCounts Sum(NodeCounts one, NodeCounts other) => new(
        one.Ok + other.Ok, one.Ko + other.Ko, one.Stopped + other.Stopped, one.Cancelled + other.Cancelled, one.Discarded + other.Discarded);
}
