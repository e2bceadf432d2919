using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Running;
using Kadeploy.Engine;
using Kadeploy.Engine.Sessions;
using Kadeploy.Terminals;

namespace Kadeploy.Cli.Commands.Machines;

/// <summary><c>kadeploy console</c>.</summary>
internal sealed class ConsoleCommand : CliCommand
{
    private readonly Argument<NodeName> _node = new("NODE") { Description = "The node, by its name in the configuration.", CustomParser = static result => OptionParsing.Node(result) };

    private readonly Option<bool> _watch = new("-w", "--watch") { Description = "Look on without typing; several can, also while somebody types. Needs no terminal." };

    private readonly Option<bool> _force = new("-f", "--force") { Description = "Take the keyboard from whoever has it; he is told." };

    private readonly Option<EscapeSequence?> _escape = new("-e", "--escape")
    {
        HelpName = "KEYS", CustomParser = static result => OptionParsing.Escape(result),
        Description = $"The keys that leave the console: control characters as ^X, others as they are, or none. Default: {EscapeSequence.Default}, the escape key four times.",
    };

    private readonly Option<bool> _log = new("--log") { Description = "Show what was kept of the console instead, without control sequences." };

    private readonly Option<bool> _follow = new("--follow") { Description = "With --log: go on with each line that comes." };

    private readonly Option<int?> _tail = new("--tail")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 0, int.MaxValue), Description = "With --log: only the last lines of those that are there.",
    };

    private readonly Option<bool> _raw = new("--raw") { Description = "With --log: the bytes as they came." };

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public ConsoleCommand(CommandContext context)
        : base("console", "use the serial console of a node")
    {
        (_context, _config) = (context, new(context));
        Arguments.Add(_node);
        foreach (var option in new Option[] { _watch, _force, _escape, _log, _follow, _tail, _raw, _config, _state }) Options.Add(option);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        [
            "kadeploy console NODE [--force] [--escape KEYS] [--config FILE] [--state DIR]", "kadeploy console NODE --watch [--config FILE] [--state DIR]",
            "kadeploy console NODE --log [--follow] [--tail N] [--raw] [--config FILE] [--state DIR] [--json]",
        ],
        [
            "Connects the terminal with the serial console of a node: by IPMI serial over LAN, or by the site's command (docs/reboot-power-console.md). All keys go to the node but those that "
            + "leave. Keys that begin with a control character, as escape does, count everywhere and reach the node too; others, such as ~., count at the beginning of a line only.",
            "A controller has one such line: all processes of a state directory share it. One user types at a time, and any number look on; deployments and reboots go on reading what is "
            + "printed, which their faults show. Who types must have a terminal.",
            "What comes is kept in the state directory, as much as the cluster's console.log_limit says. Nothing is held: a node may be deployed or rebooted meanwhile. Where only a "
            + "file is configured, to which something writes what comes, --watch and --log read that.",
        ],
        [
            new("kadeploy console node-1", "Use a console; the escape key, four times, leaves it."),
            new("kadeploy console node-1 -e '~.'", "Leave it as one leaves ssh."),
            new("kadeploy console node-1 --watch", "Look on, whoever types."),
            new("kadeploy console node-1 --log --tail 20 --follow", "Read what was printed last and go on."),
        ],
        ["kadeploy power", "kadeploy reboot", "kadeploy operations"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Check(arguments);
        if (arguments.GetValue(_log)) return await LogAsync(arguments, cancellationToken);
        var request = new ConsoleRequest
        {
            Nodes = [arguments.GetValue(_node)], User = CommandContext.User, ReadOnly = arguments.GetValue(_watch), TakeOver = arguments.GetValue(_force),
        };
        var site = _config.Read(arguments);
        var options = new EngineOptions { StateDirectory = _state.Directory(arguments), Site = site };
        await using var session = await _context.Engines.OpenAsync(options, cancellationToken);
        return await new ConsoleRun(_context, session, arguments.GetValue(_escape) ?? EscapeSequence.Default).RunAsync(request, cancellationToken);
    }

    private void Check(ParseResult arguments)
    {
        var problems = new List<string>();
        var (watch, log) = (arguments.GetValue(_watch), arguments.GetValue(_log));
        if (watch && log) problems.Add("--watch and --log are both there; give one of them (--log --follow goes on)");
        if ((watch || log) && arguments.GetValue(_force)) problems.Add("--force takes the keyboard, which --watch and --log do not use; leave it out");
        if (!log && arguments.GetValue(_follow)) problems.Add("--follow goes with --log");
        if (!log && arguments.GetValue(_raw)) problems.Add("--raw goes with --log");
        if (!log && arguments.GetValue(_tail) is not null) problems.Add("--tail goes with --log");
        if (arguments.GetValue(_raw) && arguments.GetValue(_tail) is not null) problems.Add("--tail counts lines, which --raw does not make; give one of them");
        if (arguments.GetValue(_context.Global.Json))
        {
            if (!log) problems.Add("--json goes with --log");
            if (arguments.GetValue(_raw)) problems.Add("--raw and --json are both there; give one of them");
        }

        if (!watch && !log && !(_context.Console.InputIsTerminal && _context.Console.OutputIsTerminal))
            problems.Add("a console needs a terminal for keys and screen; look on with --watch, or read what was kept with --log");
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
    }

    private async Task<ExitCode> LogAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = _context.Output(arguments);
        var (node, follow) = (arguments.GetValue(_node), arguments.GetValue(_follow));
        await using var sessions = new LocalSessions();
        await using var session = sessions.Open(new() { StateDirectory = _state.Directory(arguments), Configuration = _config.File(arguments) });
        try
        {
            if (arguments.GetValue(_raw))
            {
                await foreach (var piece in session.ConsoleLogs.ReadAsync(node, follow, cancellationToken)) _context.Console.OutputBytes.Write(piece.Span);
                return ExitCode.Ok;
            }

            await foreach (var line in session.ConsoleLogs.ReadLinesAsync(node, arguments.GetValue(_tail), follow, cancellationToken))
            {
                output.ConsoleLine(node, line);
                if (follow) output.Flush();
            }
        }
        catch (OperationCanceledException) when (follow)
        {
            // He has seen enough, which is how following ends.
        }

        return ExitCode.Ok;
    }
}
