using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Running;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy simulate</c>.</summary>
internal sealed class SimulateCommand : CliCommand
{
    /// <summary>Ten times what the engine is made for; a million would need more memory than most machines have.</summary>
    private const int MostNodes = 100_000;

    private readonly Option<int> _nodes = new("--nodes")
    {
        HelpName = "N",
        Description = "How many nodes the cluster has, from 1 to 100000. Required.",
        Required = true,
        CustomParser = static result => OptionParsing.Integer(result, 1, MostNodes),
    };

    private readonly Option<int> _seed = new("--seed")
    {
        HelpName = "S",
        Description = "The whole number from which all chance is drawn: the same seed gives the same delays and faults. Default: 1.",
        DefaultValueFactory = static _ => 1,
        CustomParser = static result => OptionParsing.Integer(result, int.MinValue, int.MaxValue),
    };

    private readonly Option<LatencyProfile> _latency = new("--latency")
    {
        HelpName = "PROFILE",
        Description = "How long things take: 'none', or 'realistic' as on servers (firmware 60 to 180 s, DHCP, formatting and so on), "
            + "in virtual time that costs no waiting. Default: none.",
        DefaultValueFactory = static _ => LatencyProfile.None,
        CustomParser = static result => OptionParsing.Name<LatencyProfile>(result),
    };

    private readonly Option<double> _faultRate = new("--fault-rate")
    {
        HelpName = "P",
        Description = "The share of nodes that have a fault, from 0 to 1. Default: 0.",
        CustomParser = static result => OptionParsing.Share(result),
    };

    private readonly Option<ImmutableArray<FaultKind>> _faults = new("--faults")
    {
        HelpName = "LIST",
        Description = "The kinds of faults to draw from, separated by commas: bmc-refuses, never-boots, hangs-at-step, dies-in-broadcast, "
            + "boots-old-system, answers-late, flaps. Nodes that answer late or flap get there in the end. Default: all kinds.",
        Arity = ArgumentArity.ExactlyOne, // a second list would replace the first without a word
        DefaultValueFactory = static _ => [],
        CustomParser = static result => OptionParsing.Names<FaultKind>(result),
    };

    private readonly Option<string?> _forceSteps = new("--force-steps")
    {
        HelpName = "STEPS",
        Description = "The instances of the macro-steps, with retries and limits in seconds, in the form "
            + "'MACRO|INSTANCE:RETRIES:TIMEOUT,...&MACRO|...'; a limit may be an expression of n, the number of nodes; 0 is none. Default: the cluster's workflow.",
    };

    private readonly Option<string?> _breakpoint = new("--breakpoint")
    {
        HelpName = "MACRO[:MICRO]",
        Description = "Where nodes stop: in front of a macro-step or of one of its micro-steps. Default: nowhere.",
    };

    private readonly StateOption _state = new();
    private readonly CommandContext _context;

    public SimulateCommand(CommandContext context)
        : base("simulate", "deploy a simulated cluster")
    {
        _context = context;
        Options.Add(_nodes);
        Options.Add(_seed);
        Options.Add(_latency);
        Options.Add(_faultRate);
        Options.Add(_faults);
        Options.Add(_forceSteps);
        Options.Add(_breakpoint);
        Options.Add(_state);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        [
            "kadeploy simulate --nodes N [--seed S] [--latency none|realistic] [--fault-rate P] [--faults LIST] [--force-steps STEPS] "
            + "[--breakpoint MACRO[:MICRO]] [--state DIR] [--json] [--no-color]",
        ],
        [
            "Plans and runs a whole deployment with the real workflow and the real journal, but on nodes that exist only in memory, with a "
            + "clock that jumps over waiting. It shows what the engine does with failures, retries and fallbacks, and tries out workflows.",
            "The process may be interrupted or killed at any instant; 'kadeploy resume' goes on. Operations that an earlier run left in "
            + "the state directory are taken up too.",
            "On a terminal, Ctrl-C asks once whether to cancel the operation, to leave it to be resumed, or to go on. Elsewhere, and at "
            + "the second time, the operation is left to be resumed.",
            "With --json, standard output receives every event and at last a line {\"kind\":\"summary\",...} with nodes, ok, ko, wallSeconds, "
            + "virtualSeconds, cpuSeconds, peakRssBytes, eventsPerSecond, stopped, cancelled, discarded, predictedSeconds, decreedKo, asDecreed "
            + "and operation. The wall and processor times are those of the process since its start.",
        ],
        [
            new("kadeploy simulate --nodes 1000 --latency realistic --fault-rate 0.05", "A thousand nodes, one in twenty with a fault."),
            new("kadeploy simulate --nodes 50 --fault-rate 0.2 --faults never-boots,flaps --seed 7", "Only two kinds of faults, of another seed."),
            new("kadeploy simulate --nodes 10 --force-steps \"SetDeploymentEnv|Untrusted:2:n*10+600&BroadcastEnv|Chain:0:3600&BootNewEnv|Kexec:0:120,Classical:1:500\"",
                "Another workflow: kexec first, and two runs through the firmware if that fails."),
            new("kadeploy simulate --nodes 10 --breakpoint BroadcastEnv:SendEnvironment", "Stop in front of the broadcast."),
            new("kadeploy simulate --nodes 4000 --json | tail -n 1", "Only the figures."),
        ],
        ["kadeploy resume", "kadeploy operations", "kadeploy cancel"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = new EngineOptions { StateDirectory = _state.Directory(arguments), Simulated = true };
        await using var session = await _context.Engines.OpenAsync(options, cancellationToken);
        var plan = await session.PlanSimulationAsync(
            Simulation(arguments), arguments.GetValue(_nodes), CommandContext.User, arguments.GetValue(_forceSteps),
            arguments.GetValue(_breakpoint), cancellationToken);
        if (arguments.GetValue(_faults) is not [] && arguments.GetValue(_faultRate) == 0)
            _context.Console.Error.WriteLine("No node has a fault: --faults names the kinds, and --fault-rate, which says how many nodes have one, is 0.");
        var run = new OperationRun(_context, arguments, session, _state);
        // First what an earlier run left: it still holds its nodes, and simulated nodes all have the same names.
        foreach (var older in await session.Engine.ResumeAsync(cancellationToken))
        {
            _context.Console.Error.WriteLine($"Taking up {older.Id} first, which an earlier run left unfinished.");
            if (await run.FollowAsync(older) is null) return ExitCode.Interrupted;
        }

        // Not cancelled by an interrupt: it is either recorded, and followed below, or not.
        var started = await session.Engine.StartAsync(plan, CancellationToken.None);
        return await run.FollowAsync(started, plan) is { } ended ? run.Result(ended.Results) : ExitCode.Interrupted;
    }

    private SimulationOptions Simulation(ParseResult arguments) => new()
    {
        Seed = arguments.GetValue(_seed),
        Latency = arguments.GetValue(_latency),
        FaultRate = arguments.GetValue(_faultRate),
        Faults = arguments.GetValue(_faults),
    };
}
