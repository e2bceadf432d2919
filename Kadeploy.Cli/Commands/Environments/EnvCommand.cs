using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Environments;

/// <summary><c>kadeploy env</c>: the catalogue of environments.</summary>
internal sealed class EnvCommand : CliCommand
{
    public EnvCommand(CommandContext context)
        : base("env", "keep descriptions of systems to deploy")
    {
        Subcommands.Add(new EnvAddCommand(context));
        Subcommands.Add(new EnvListCommand(context));
        Subcommands.Add(new EnvPrintCommand(context));
        Subcommands.Add(new EnvDeleteCommand(context));
        Subcommands.Add(new EnvSetCommand(context));
        Subcommands.Add(new EnvDiffCommand(context));
        Subcommands.Add(new EnvHistoryCommand(context));
        Subcommands.Add(new EnvImportCommand(context));
        Subcommands.Add(new EnvExportCommand(context));
        Subcommands.Add(new EnvVerifyCommand(context));
        Subcommands.Add(new EnvMoveFilesCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy env COMMAND [ARGUMENTS] [OPTIONS] [--json]"],
        [
            "An environment is an image with what is needed to install and boot it. Its description is recorded once; 'kadeploy deploy -e NAME' deploys it. It has versions, each with a history of "
            + "revisions; one that is private is its owner's alone, one that is shared is for all who name the owner, one that is public is for all.",
            "docs/environments.md describes every field of descriptions.",
        ],
        [
            new("kadeploy env add debian.yaml", "Record what a file describes."),
            new("kadeploy env list", "List what you may deploy."),
            new("kadeploy deploy -m node-[1-2] -e debian13", "Deploy one of them."),
        ],
        [
            "kadeploy env add", "kadeploy env list", "kadeploy env print", "kadeploy env delete", "kadeploy env set", "kadeploy env diff", "kadeploy env history", "kadeploy env import",
            "kadeploy env export", "kadeploy env verify", "kadeploy env move-files", "kadeploy deploy", "kadeploy cache",
        ]);
}
