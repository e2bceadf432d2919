using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab install</c>.</summary>
internal sealed class LabInstallCommand : LinuxCommand
{
    private readonly Option<NodeKind?> _kind = new("-k", "--kind")
    {
        HelpName = "vm|namespace",
        Description = "Install only what labs of this kind need. Default: what both need.",
        CustomParser = static result => OptionParsing.Name<NodeKind>(result),
    };

    private readonly Option<bool> _check = new("--check") { Description = "Install nothing: say what is missing, and end with exit code 2 if anything is." };

    public LabInstallCommand(CommandContext context)
        : base(context, "install", "install the Debian packages that labs need")
    {
        Options.Add(_kind);
        Options.Add(_check);
    }

    public override ManualPage Manual => new(
        ["kadeploy lab install [-k vm|namespace] [--check]"],
        [
            "Looks for the programs and files that labs need, says which packages are missing, and installs them by apt-get. Without root's rights or "
            + "without apt-get it names them and installs nothing.",
        ],
        [
            new("kadeploy lab install", "Install all that labs need."),
            new("kadeploy lab install -k namespace --check", "See what is missing for labs of namespace nodes."),
        ],
        ["kadeploy lab"]);

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        NodeKind[] kinds = arguments.GetValue(_kind) is { } one ? [one] : Enum.GetValues<NodeKind>();
        var missing = kinds.SelectMany(static kind => LabRequirements.MissingPackages(kind)).Distinct(StringComparer.Ordinal).ToArray();
        if (missing.Length == 0)
        {
            await Context.Console.Error.WriteLineAsync("All packages that labs need are installed.");
            return ExitCode.Ok;
        }

        if (arguments.GetValue(_check)) throw new ConfigurationException($"these Debian packages are missing: {string.Join(' ', missing)}");
        await Context.Console.Error.WriteLineAsync($"Installing {string.Join(' ', missing)} ...");
        await LabRequirements.InstallAsync([.. missing], cancellationToken);
        await Context.Console.Error.WriteLineAsync("Installed.");
        return ExitCode.Ok;
    }
}
