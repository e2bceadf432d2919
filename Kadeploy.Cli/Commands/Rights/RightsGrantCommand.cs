using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Rights;

/// <summary><c>kadeploy rights grant</c>.</summary>
internal sealed class RightsGrantCommand : CliCommand
{
    private readonly Option<string?> _from = new("--from")
    {
        HelpName = "TIME", Description = $"When the right begins: {Moments.Absolute}. Of a day without a time, its beginning. Default: at once.",
    };

    private readonly Option<string?> _until = new("--until")
    {
        HelpName = "TIME", Description = "When the right ends, written in the same way; at that moment it holds no more. Of a day without a time, its end: that day belongs to the right. Default: never.",
    };

    private readonly Option<TimeSpan?> _for = new("--for")
    {
        HelpName = "LENGTH", Description = "How long the right holds, instead of its end: 90s, 30min, 2h, 1d12h.", CustomParser = static result => Lengths.Length(result),
    };

    private readonly Option<bool> _overwrite = new("-o", "--overwrite")
    {
        Description = "Take from others what they have on these nodes in that time, and stop what they do there. A right on a whole cluster or on all nodes goes as a whole. "
            + "Default: the grant is refused when others have rights there.",
    };

    private readonly RightsOptions _what;
    private readonly CommandContext _context;

    public RightsGrantCommand(CommandContext context)
        : base("grant", "give a user rights on nodes")
    {
        _context = context;
        _what = new(
            context, "Who is to have the right: a user, or @GROUP. Required.",
            "Where: names and ranges such as node-[1-10,12], cluster:NAME, '*' for all nodes. May be given several times. Required, unless there is -f.",
            "Which disk or partition a deployment may write, such as /dev/sda3. May be given several times. Default: all.");
        _what.User.Required = true;
        _what.AddTo(this);
        foreach (var option in new Option[] { _from, _until, _for, _overwrite }) Options.Add(option);
        _what.AddPlacesTo(this);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy rights grant -u USER|@GROUP -m NODES [-f FILE] [-p DEV] [--from TIME] [--until TIME|--for LENGTH] [--overwrite] [--config FILE] [--state DIR] [--json]"],
        [
            "Adds rights to those that are there; a right that goes on from an earlier one is joined with it. Granting what is there changes nothing and is no error. Only administrators grant "
            + "rights: those whom server.administrators of the configuration names, else root and the owner of the state directory.",
            "When others have rights on one of the nodes in that time, nothing is granted unless --overwrite is there. A grant for all nodes asks nobody. Rights of administrators are in "
            + "nobody's way, nor is a group's right in the way of its members. A right for certain devices of all nodes cannot stand beside rights on single nodes.",
            "With --json there is a line for each right that was granted, {\"kind\":\"granted\",...} with user, node, part, from, until, grantedBy and grantedAt, "
            + "for each that others lost, {\"kind\":\"revoked\",...}, and for each node on which their operations are stopped, {\"kind\":\"stopped\",...} with operation, user and node.",
        ],
        [
            new("kadeploy rights grant -u alice -m node-[1-4] --for 2h", "Four nodes for two hours, beginning now."),
            new("kadeploy rights grant -u bob -m node-5 -p /dev/sda3 -p /dev/sda5", "Two partitions of a node, without end."),
            new("kadeploy rights grant -u @students -m cluster:lab --from 2026-03-02T08:00 --until 2026-03-02T12:00", "A morning for a group."),
            new("kadeploy rights grant -u erin -m node-7 --from 2026-03-02 --until 2026-03-06", "From Monday to Friday, that day included."),
            new("kadeploy rights grant -u carol -m node-[1-4] --for 8h --overwrite", "Take them from whoever has them."),
            new("kadeploy rights grant -u dave -m '*'", "All nodes; the quotation marks keep the shell from writing out files."),
        ],
        ["kadeploy rights", "kadeploy rights revoke", "kadeploy rights list", "kadeploy audit list"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var scopes = await _what.ScopesAsync(arguments, problems, cancellationToken);
        if (scopes.IsEmpty && problems.Count == 0) problems.Add("it is not said where: name nodes with -m or -f, or all of them with -m '*'");
        var principal = _what.Principal(arguments, problems);
        var moments = new Moments(_context.Clock, past: false);
        var grant = new RightsGrant
        {
            Principal = principal ?? default,
            Scopes = scopes,
            Parts = _what.Parts(arguments, problems),
            Window = new(moments.Read(arguments, _from, "--from", problems), moments.Read(arguments, _until, "--until", problems)),
            Lifetime = arguments.GetValue(_for),
            Overwrite = arguments.GetValue(_overwrite),
        };
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        await using var session = await _what.OpenAsync(arguments, cancellationToken);
        _context.Output(arguments).RightsChanged(await session.Catalogs.Rights.GrantAsync(grant, CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
