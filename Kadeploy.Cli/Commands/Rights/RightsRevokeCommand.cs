using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Rights;

/// <summary><c>kadeploy rights revoke</c>.</summary>
internal sealed class RightsRevokeCommand : CliCommand
{
    private readonly RightsOptions _what;
    private readonly CommandContext _context;

    public RightsRevokeCommand(CommandContext context)
        : base("revoke", "take rights away, and stop what is done by them")
    {
        _context = context;
        _what = new(
            context, "Whose rights: a user, or @GROUP. Required.",
            "Where: names and ranges, cluster:NAME with the single nodes of that cluster, '*' for everywhere. May be given several times. Default: everywhere.",
            "Only rights for this disk or partition. May be given several times. Default: all.");
        _what.User.Required = true;
        _what.AddTo(this);
        _what.AddPlacesTo(this);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy rights revoke -u USER|@GROUP [-m NODES] [-f FILE] [-p DEV] [--config FILE] [--state DIR] [--json]"],
        [
            "Takes rights away, whatever their time. On nodes where the user has no right left, his running operations are stopped: their engine learns of it within seconds, and the node "
            + "ends as cancelled with fault KA3102; other nodes of the operation go on. A group's members lose what the group has, and keep what they have themselves.",
            "Of a right that holds more widely no part can be taken: not one node of a right on a cluster or on all nodes, nor one device of a right for all. Revoke it as a whole and grant "
            + "what is to stay. Revoking what is not there changes nothing and is no error. Only administrators revoke rights.",
            "With --json there are the lines {\"kind\":\"revoked\",...} and {\"kind\":\"stopped\",...} that 'kadeploy rights grant --help' describes.",
        ],
        [
            new("kadeploy rights revoke -u alice", "Everything that a user has."),
            new("kadeploy rights revoke -u alice -m node-[1-4]", "What he has on four nodes."),
            new("kadeploy rights revoke -u bob -m node-5 -p /dev/sda5", "One of several partitions."),
        ],
        ["kadeploy rights", "kadeploy rights grant", "kadeploy rights list", "kadeploy cancel"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var scopes = await _what.ScopesAsync(arguments, problems, cancellationToken);
        var principal = _what.Principal(arguments, problems);
        var revocation = new RightsRevocation { Principal = principal ?? default, Scopes = scopes, Parts = _what.Parts(arguments, problems) };
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        await using var session = await _what.OpenAsync(arguments, cancellationToken);
        _context.Output(arguments).RightsChanged(await session.Catalogs.Rights.RevokeAsync(revocation, CommandContext.User, cancellationToken));
        return ExitCode.Ok;
    }
}
