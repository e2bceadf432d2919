using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Running;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy deploy</c>.</summary>
internal sealed class DeployCommand : CliCommand
{
    private readonly DeployOptions _what = new();

    private readonly RunOptions _run = new();

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public DeployCommand(CommandContext context)
        : base("deploy", "install an environment on nodes")
    {
        (_context, _config) = (context, new(context));
        _what.AddTo(this);
        _run.AddTo(this);
        Options.Add(_config);
        Options.Add(_state);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        [
            $"kadeploy deploy {DeployOptions.Synopsis} {RunOptions.Synopsis} [--config FILE] [--state DIR] [--json] [--no-color]",
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

    private Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken) => new OperationStart(_context, _run, _state, _config).RunAsync(
        arguments, _what.ReadsInput(arguments), async find => await _what.RequestAsync(arguments, _context.Console.Input, find, cancellationToken), cancellationToken);
}
