using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands.Audit;

/// <summary><c>kadeploy audit list</c>.</summary>
internal sealed class AuditListCommand : CliCommand
{
    private readonly Option<string?> _user = new("-u", "--user") { HelpName = "USER", Description = "Only what this user did. Default: everybody; for others than administrators, themselves." };

    private readonly Option<string?> _node = new("-m", "--machine") { HelpName = "NODE", Description = "Only what concerns this node, or all nodes." };

    private readonly Option<OperationId?> _operation = new("--operation")
    {
        HelpName = "ID", Description = "Only what concerns this operation.", CustomParser = static result => OptionParsing.Operation(result),
    };

    private readonly Option<ImmutableArray<AuditAction>> _actions = new("--action")
    {
        HelpName = "LIST",
        Description = "Only these, separated by commas: granted, revoked, expired, refused, operation-started, operation-cancelled, operation-ended, changed.",
        Arity = ArgumentArity.ExactlyOne, DefaultValueFactory = static _ => [], CustomParser = static result => OptionParsing.Names<AuditAction>(result),
    };

    private readonly Option<string?> _from = new("--from")
    {
        HelpName = "TIME", Description = $"Only from then on: {Moments.Forms}. Of a day without a time, from its beginning.",
    };

    private readonly Option<string?> _until = new("--until") { HelpName = "TIME", Description = "Only before then, written in the same way. Of a day without a time, up to its end." };

    private readonly Option<int?> _last = new("--last")
    {
        HelpName = "N", Description = "Only the N latest of those that fit. Default: all.", CustomParser = static result => OptionParsing.Integer(result, 1, int.MaxValue),
    };

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public AuditListCommand(CommandContext context)
        : base("list", "show who did what")
    {
        (_context, _config) = (context, new(context));
        foreach (var option in new Option[] { _user, _node, _operation, _actions, _from, _until, _last, _config, _state }) Options.Add(option);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy audit list [-u USER] [-m NODE] [--operation ID] [--action LIST] [--from TIME] [--until TIME] [--last N] [--config FILE] [--state DIR] [--json]"],
        [
            "Shows entries of the audit trail in their order. Administrators see all, others what they did themselves.",
            "With --json there is a line {\"kind\":\"audit\",...} for each, with number, at, user, action, what, nodes, operation, program and hash.",
        ],
        [
            new("kadeploy audit list --last 20", "The latest entries."),
            new("kadeploy audit list --action refused --from 2026-03-01", "Who was refused something since then."),
            new("kadeploy audit list -m node-7 --action granted,revoked,expired", "Who had a node, and when."),
        ],
        ["kadeploy audit", "kadeploy audit verify"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        NodeName? node = null;
        if (arguments.GetValue(_node) is { } text)
            node = NodeName.TryParse(text, null, out var name) ? name : throw new ConfigurationException($"-m: '{Printable.Text(text)}' is no name of a single node");
        var (moments, problems) = (new Moments(_context.Clock), new List<string>());
        var query = new AuditQuery
        {
            User = arguments.GetValue(_user), Node = node, Operation = arguments.GetValue(_operation), Actions = arguments.GetValue(_actions),
            From = moments.Read(arguments, _from, "--from", problems), Until = moments.Read(arguments, _until, "--until", problems), Last = arguments.GetValue(_last),
        };
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        var output = _context.Output(arguments);
        await using var session = await _context.Engines.OpenCatalogsAsync(
            new EngineOptions { StateDirectory = _state.Directory(arguments), Administrators = _config.ReadAdministrators(arguments) }, cancellationToken);
        await foreach (var entry in session.Catalogs.Audit.ReadAsync(query, CommandContext.User, cancellationToken)) output.Audit(entry);
        return ExitCode.Ok;
    }
}
