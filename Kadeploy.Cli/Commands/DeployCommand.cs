using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Running;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy deploy</c>.</summary>
internal sealed class DeployCommand : CliCommand
{
    private readonly DeployOptions _what = new();

    private readonly Option<string?> _ok = new("-o", "--output-ok-nodes") { HelpName = "FILE", Description = "A file that receives the names of the nodes that ended well, one a line." };

    private readonly Option<string?> _ko = new("-n", "--output-ko-nodes") { HelpName = "FILE", Description = "A file that receives the names of the other nodes, one a line." };

    private readonly Option<bool> _wait = new("--wait") { Description = "Stay until the deployment has ended. This is the default." };

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Return as soon as the deployment is recorded; it goes on in a process of its own, which the end of the terminal does not end.",
    };

    private readonly Option<bool> _debug = new("-d", "--debug") { Description = "Write every event to standard error instead of drawing progress." };

    private readonly Option<string?> _script = new("-s", "--script", "--hook")
    {
        HelpName = "FILE",
        Description = "A program that runs at the end, however the deployment ended. It finds KADEPLOY_OPERATION, KADEPLOY_OK_NODES_FILE and KADEPLOY_KO_NODES_FILE in its environment.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything and show the plan; record nothing and touch nothing." };

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public DeployCommand(CommandContext context)
        : base("deploy", "install an environment on nodes")
    {
        (_context, _config) = (context, new(context));
        _what.AddTo(this);
        foreach (var option in new Option[] { _ok, _ko, _wait, _noWait, _debug, _script, _dryRun, _config, _state }) Options.Add(option);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        [
            $"kadeploy deploy {DeployOptions.Synopsis} [-o FILE] [-n FILE] [--wait|--no-wait] [-d] [-s FILE] [--dry-run] [--config FILE] [--state DIR] [--json] [--no-color]",
        ],
        [
            "Takes nodes into the deployment environment, writes the image that the description names, boots it, and proves that it runs. A node that fails does "
            + "not hold back the others; at the end, failures are grouped, each with what was seen and what to do.",
            "Everything is checked before anything is touched, and all problems are listed together. The process may be interrupted or killed at any instant; 'kadeploy resume' goes on.",
            "On a terminal, Ctrl-C asks once whether to cancel the operation, to leave it to be resumed, or to go on. Elsewhere, and at the second time, it is left to be resumed.",
            "With --json, standard output receives every event and at last the line {\"kind\":\"summary\",...} that 'kadeploy simulate --help' describes; with --dry-run a line "
            + "{\"kind\":\"plan\",...}; with --no-wait a line {\"kind\":\"detached\",\"operation\":...}.",
        ],
        [
            new("kadeploy deploy -m node-[1-2] -e debian13 -k", "Install a recorded environment on two nodes and let your keys log in."),
            new("kadeploy deploy -m node-[1-2] -a debian.yaml", "Install what a description names, without recording it."),
            new("kadeploy deploy -f nodes.txt -a https://images.example/debian.yaml -o ok.txt -n ko.txt", "The nodes of a file; the results into files."),
            new("kadeploy deploy -m node-1 -a debian.yaml --dry-run", "Show what would be done."),
            new("kadeploy deploy -m node-[1-40] -a debian.yaml --no-wait -s mail-me", "Go on in the background, and run a script at the end."),
        ],
        ["kadeploy env", "kadeploy config", "kadeploy resume", "kadeploy operations", "kadeploy cancel", "kadeploy simulate"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Check(arguments);
        var site = _config.Read(arguments);
        var options = new EngineOptions { StateDirectory = _state.Directory(arguments), Site = site };
        var request = await _what.RequestAsync(arguments, _context.Console.Input, FindAsync, cancellationToken);
        if (arguments.GetValue(_noWait))
        {
            // Planned here too, so that what is wrong is told to the one who asked. The engine is gone before the other one comes.
            await using (var planning = await _context.Engines.OpenAsync(options, cancellationToken)) await planning.Engine.PlanAsync(request, cancellationToken);
            return await DetachAsync(arguments, cancellationToken);
        }

        await using var session = await _context.Engines.OpenAsync(options, cancellationToken);
        var plan = await session.Engine.PlanAsync(request, cancellationToken);
        if (arguments.GetValue(_dryRun))
        {
            _context.Output(arguments).Plan(plan);
            return ExitCode.Ok;
        }

        var results = ResultFiles.Create(arguments.GetValue(_ok), arguments.GetValue(_ko));
        var run = new OperationRun(_context, arguments, session, _state, _config) { Observer = results.Add, Debug = arguments.GetValue(_debug) };
        // Not cancelled by an interrupt: it is either recorded, and followed below, or not.
        var started = await session.Engine.StartAsync(plan, CancellationToken.None);
        if (_context.Console.Variable(DetachedRun.Variable) is { } announce) await File.WriteAllTextAsync(announce, $"{started.Id}\n", CancellationToken.None);
        var ended = await run.FollowAsync(started, plan);
        var unwritten = results.Write();
        foreach (var problem in unwritten) _context.Console.Error.WriteLine($"kadeploy: {problem}");
        if (ended is null) return ExitCode.Interrupted;
        if (arguments.GetValue(_script) is { } script) await EndScript.RunAsync(script, ended, results, _context.Console.Error);
        var result = run.Result(ended.Results);
        // Who goes by the files must not go by their absence.
        return result == ExitCode.Ok && unwritten.Count > 0 ? ExitCode.InternalError : result;

        async Task<KaEnvironment> FindAsync(EnvironmentSelection selection)
        {
            await using var host = await _context.Engines.OpenCatalogsAsync(options, cancellationToken);
            return (await host.Catalogs.Environments.FindAsync(selection, CommandContext.User, cancellationToken)).Environment;
        }
    }

    private void Check(ParseResult arguments)
    {
        var problems = new List<string>();
        if (arguments.GetValue(_noWait))
        {
            if (arguments.GetValue(_wait)) problems.Add("--wait and --no-wait are both there; give one of them");
            if (arguments.GetValue(_dryRun)) problems.Add("--dry-run starts nothing that --no-wait could leave; give one of them");
            if (_what.ReadsInput(arguments)) problems.Add("--no-wait cannot go on reading standard input; write it to a file and name that instead of '-'");
        }

        if (arguments.GetValue(_script) is { } script)
        {
            try
            {
                EndScript.Check(script);
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
        }

        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
    }

    private async Task<ExitCode> DetachAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var log = Path.Combine(_state.Directory(arguments), $"detached-{Environment.ProcessId}-{Guid.CreateVersion7():N}.log");
        IEnumerable<string> words = arguments.Tokens.Select(static token => token.Value).Where(static word => word != "--no-wait");
        var (operation, exitCode) = await DetachedRun.StartAsync([.. words], log, cancellationToken);
        if (operation is { } id)
        {
            _context.Output(arguments).Detached(id, log, _state.Repeat(arguments));
            return ExitCode.Ok;
        }

        if (File.Exists(log)) _context.Console.Error.Write(await File.ReadAllTextAsync(log, cancellationToken));
        return exitCode;
    }
}
