using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Rights;

/// <summary><c>kadeploy rights list</c>.</summary>
internal sealed class RightsListCommand : CliCommand
{
    private readonly RightsOptions _what;
    private readonly CommandContext _context;

    public RightsListCommand(CommandContext context)
        : base("list", "show rights")
    {
        _context = context;
        _what = new(
            context, "Only the rights of this user, or @GROUP. Default: all that may be seen.",
            "Only rights that hold on these nodes, also by their cluster or because they hold on all nodes. May be given several times. Default: all.", null);
        _what.AddTo(this);
        _what.AddPlacesTo(this);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy rights list [-u USER|@GROUP] [-m NODES] [-f FILE] [--config FILE] [--state DIR] [--json]"],
        [
            "Shows rights that hold now or later; those that have ended are gone. Rights that differ in their nodes only are put together. Administrators see everybody's, others their own and "
            + "those of their groups.",
            "With --json there is a line {\"kind\":\"right\",...} for each, with user, node, part, from, until, grantedBy and grantedAt; node may be cluster:NAME or *, "
            + "and part may be *.",
        ],
        [
            new("kadeploy rights list", "All rights."),
            new("kadeploy rights list -m node-7", "Whoever may work on a node, by whatever right."),
            new("kadeploy rights list -u @students --json", "Those of a group, for a program."),
        ],
        ["kadeploy rights", "kadeploy rights grant", "kadeploy rights test"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var nodes = await _what.NodesAsync(arguments, problems, cancellationToken);
        var principal = _what.Principal(arguments, problems);
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        await using var session = await _what.OpenAsync(arguments, cancellationToken);
        _context.Output(arguments).Rights(await session.Catalogs.Rights.ListAsync(new(principal, nodes), CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
