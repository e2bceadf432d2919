using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Rights;

/// <summary><c>kadeploy rights test</c>.</summary>
internal sealed class RightsTestCommand : CliCommand
{
    private readonly Option<string?> _at = new("--at")
    {
        HelpName = "TIME", Description = $"The moment: {Moments.Absolute}. Of a day without a time, its beginning. Default: now.",
    };

    private readonly RightsOptions _what;
    private readonly CommandContext _context;

    public RightsTestCommand(CommandContext context)
        : base("test", "say whether a user might work on nodes, and why")
    {
        _context = context;
        _what = new(
            context, "The user. Default: you.", "The nodes: names and ranges. May be given several times. Required, unless there is -f.",
            "A disk or partition that a deployment would write; '*' for all. May be given several times. Default: any right on the node will do, as for reboots, power and consoles.");
        _what.AddTo(this);
        Options.Add(_at);
        _what.AddPlacesTo(this);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy rights test [-u USER] -m NODES [-f FILE] [-p DEV] [--at TIME] [--config FILE] [--state DIR] [--json]"],
        [
            "Answers as the engine would: with yes and exit code 0, or with no, what is missing on which nodes, and exit code 5. Nothing is recorded. Administrators ask for anybody, others for themselves.",
            "With --json there is one line {\"kind\":\"verdict\",...} with granted, user, reason and missing, a list of node, part and reason.",
        ],
        [
            new("kadeploy rights test -u alice -m node-[1-4] -p /dev/sda3", "Might she deploy that partition on four nodes?"),
            new("kadeploy rights test -m node-7 --at 2026-03-02T08:00", "Will I have the node then?"),
        ],
        ["kadeploy rights", "kadeploy rights list"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var nodes = await _what.NodesAsync(arguments, problems, cancellationToken);
        if (nodes.IsEmpty && problems.Count == 0) problems.Add("there are no nodes: name them with -m NODES or -f FILE");
        if (_what.Principal(arguments, problems) is { IsGroup: true }) problems.Add("-u names a group; rights are tested for users");
        var question = new RightsQuestion
        {
            User = arguments.GetValue(_what.User) ?? CommandContext.User, Nodes = nodes, Parts = _what.Parts(arguments, problems),
            At = new Moments(_context.Clock, past: false).Read(arguments, _at, "--at", problems),
        };
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        await using var session = await _what.OpenAsync(arguments, cancellationToken);
        var verdict = await session.Catalogs.Rights.TestAsync(question, CommandContext.User, cancellationToken);
        _context.Output(arguments).Verdict(question, verdict);
        return verdict.IsGranted ? ExitCode.Ok : ExitCode.Refused;
    }
}
