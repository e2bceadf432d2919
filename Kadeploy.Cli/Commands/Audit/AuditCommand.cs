using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Audit;

/// <summary><c>kadeploy audit</c>: who did what.</summary>
internal sealed class AuditCommand : CliCommand
{
    public AuditCommand(CommandContext context)
        : base("audit", "read and check the record of who did what")
    {
        Subcommands.Add(new AuditListCommand(context));
        Subcommands.Add(new AuditVerifyCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy audit list|verify [OPTIONS]"],
        [
            "The audit trail records every right that was granted, was revoked or has ended, every refusal, the start, the cancellation and the end of every operation, and every change "
            + "to what administrators keep: who, when, what, and from which program. Entries are appended; nothing changes or deletes them, and each carries a hash over itself and the one before, so that "
            + "whoever changes the file with other means is found out.",
        ],
        [
            new("kadeploy audit list --last 20", "The latest entries."),
            new("kadeploy audit verify", "Is it as it was written?"),
        ],
        ["kadeploy audit list", "kadeploy audit verify", "kadeploy rights"]);
}
