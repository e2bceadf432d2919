using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Cli.Commands;

/// <summary><c>kadeploy config import</c>.</summary>
internal sealed class ConfigImportCommand : CliCommand
{
    private readonly Argument<string> _directory = new("DIR") { Description = "The directory of Kadeploy 3's server.conf, clusters.conf and command.conf, usually /etc/kadeploy3." };

    private readonly Option<string?> _output = new("-o", "--output")
    {
        HelpName = "DIR", CustomParser = static result => OptionParsing.Directory(result),
        Description = $"The directory that receives kadeploy.yml and the folder clusters, neither of which may be there. Default: {Path.GetDirectoryName(SiteReader.DefaultPath)}.",
    };

    private readonly Option<string?> _kernel = new("--kernel")
    {
        HelpName = "FILE", Description = "The kernel of this Kadeploy's deployment environment, relative to the boot repository. Default: that of Kadeploy 3, in which no agent calls home.",
    };

    private readonly Option<string[]> _initrds = new("--initrd")
    {
        HelpName = "FILE", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore,
        Description = "An initial RAM disk that belongs to --kernel, relative to the boot repository. May be given several times, in their order.",
    };

    private readonly Option<string?> _address = new("--server-address")
    {
        HelpName = "HOST", Description = "How nodes reach this machine. Default: network/server_hostname, else this machine's own name.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything and report what would be done; write nothing." };

    private readonly InventoryAccess _access;

    public ConfigImportCommand(CommandContext context)
        : base("import", "make a configuration of one of Kadeploy 3's")
    {
        _access = new(context);
        Arguments.Add(_directory);
        foreach (var option in new Option[] { _output, _kernel, _initrds, _address, _dryRun }) Options.Add(option);
        _access.AddTo(this);
        Runs((arguments, cancellationToken) => _access.UseAsync(
            arguments,
            async (inventory, output) => output.Imported(await inventory.ImportConfigurationAsync(
                new()
                {
                    Directory = arguments.GetValue(_directory)!,
                    Output = arguments.GetValue(_output) ?? Path.GetDirectoryName(SiteReader.DefaultPath)!,
                    Kernel = arguments.GetValue(_kernel),
                    Initrds = [.. arguments.GetValue(_initrds) ?? []],
                    ServerAddress = arguments.GetValue(_address),
                    DryRun = arguments.GetValue(_dryRun),
                },
                CommandContext.User, cancellationToken)),
            cancellationToken));
    }

    public override ManualPage Manual => new(
        [$"kadeploy config import DIR [-o DIR] [--kernel FILE] [--initrd FILE] [--server-address HOST] [--dry-run] {InventoryAccess.Synopsis}"],
        [
            "Reads Kadeploy 3's own files and makes kadeploy.yml with a file for each cluster. Everything is checked first, and what is made is read as an engine would; when anything is wrong, it "
            + "is listed with file and line, and nothing is written. Then it is reported what became of each key: taken over, changed into what means the same here, or not applicable, with the reason. "
            + "Values are not shown.",
            "What has to be done before the site can deploy is told at the end; above all, nodes need a deployment environment in which this Kadeploy's agent calls home: make one with "
            + "'kadeploy miniroot build' in the boot repository and name it with --kernel and --initrd. docs/from-kadeploy3.md describes the way.",
            "Only administrators may do this. With --json, each key is a line {\"kind\":\"importedKey\",...}, each warning a line {\"kind\":\"importWarning\",...}, and the last line is "
            + "{\"kind\":\"importSummary\",...}.",
        ],
        [
            new("kadeploy config import /etc/kadeploy3 --dry-run", "Report what would be done."),
            new("kadeploy config import /etc/kadeploy3 --kernel kadeploy/vmlinuz --initrd kadeploy/initrd.img --initrd kadeploy/site.img", "With a deployment environment of one's own."),
        ],
        ["kadeploy config check", "kadeploy miniroot", "kadeploy clusters import"]);
}
