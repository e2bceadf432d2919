using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy config</c>: works on the configuration.</summary>
internal sealed class ConfigCommand : CliCommand
{
    public ConfigCommand(CommandContext context)
        : base("config", "check the configuration, or make one of Kadeploy 3's")
    {
        Subcommands.Add(new ConfigCheckCommand(context));
        Subcommands.Add(new ConfigImportCommand(context));
    }

    public override ManualPage Manual => new(
        ["kadeploy config check [--config FILE] [--state DIR] [--json]", "kadeploy config import DIR [OPTIONS]"],
        ["The configuration is one file, kadeploy.yml, with a file for each cluster. docs/configuration.md describes every key."],
        [new("kadeploy config check", "Check /etc/kadeploy/kadeploy.yml, or the file that KADEPLOY_CONFIG names.")],
        ["kadeploy config check", "kadeploy config import", "kadeploy deploy"]);
}
