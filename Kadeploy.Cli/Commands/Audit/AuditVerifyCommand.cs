using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Kadeploy.Cli.Help;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Commands.Audit;

/// <summary><c>kadeploy audit verify</c>.</summary>
internal sealed class AuditVerifyCommand : CliCommand
{
    private readonly Option<AuditMark?> _expect = new("--expect")
    {
        HelpName = "NUMBER:HASH",
        Description = "An entry and its hash as an earlier check told them: a trail that was rewritten from its beginning is found out by it. Default: none.",
        CustomParser = static result => Mark(result),
    };

    private readonly StateOption _state = new();
    private readonly ConfigOption _config;
    private readonly CommandContext _context;

    public AuditVerifyCommand(CommandContext context)
        : base("verify", "check that the record is as it was written")
    {
        (_context, _config) = (context, new(context));
        foreach (var option in new Option[] { _expect, _config, _state }) Options.Add(option);
        Runs(RunAsync);
    }

    public override ManualPage Manual => new(
        ["kadeploy audit verify [--expect NUMBER:HASH] [--config FILE] [--state DIR] [--json]"],
        [
            "Computes the hash of every entry anew and follows the chain from the first to the last: changed, missing, added and exchanged entries are named. It also tries whether the database still refuses "
            + "to change entries. The exit code is 0 when all is well, and 2 when it is not.",
            "Whoever may write the file, and takes the trouble to compute all hashes anew, can hide a change from this check alone. Keep what it prints, the last entry's number and hash, elsewhere from time to time, "
            + "and give it back with --expect. Only administrators check the trail.",
            "With --json there is one line {\"kind\":\"auditVerification\",...} with intact, entries, head and problems.",
        ],
        [
            new("kadeploy audit verify", "Is it as it was written?"),
            new("kadeploy audit verify --expect 1200:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "And does it still hold what it held then?"),
        ],
        ["kadeploy audit", "kadeploy audit list"]);

    private async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var session = await _context.Engines.OpenCatalogsAsync(
            new EngineOptions { StateDirectory = _state.Directory(arguments), Administrators = _config.ReadAdministrators(arguments) }, cancellationToken);
        var verification = await session.Catalogs.Audit.VerifyAsync(arguments.GetValue(_expect), CommandContext.User, cancellationToken);
        _context.Output(arguments).AuditVerified(verification);
        return verification.IsIntact ? ExitCode.Ok : ExitCode.Usage;
    }

    private static AuditMark? Mark(ArgumentResult result)
    {
        var text = result.Tokens is [.., var last] ? last.Value : "";
        if (text.Split(':') is [var number, { Length: 64 } hash] && hash.All(char.IsAsciiHexDigit)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var entry) && entry > 0) return new(entry, hash);
        result.AddError($"--expect: '{Printable.Text(text)}' was given, but the number of an entry, a colon and 64 hexadecimal digits are expected, as 'kadeploy audit verify' prints them");
        return null;
    }
}
