using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab down</c>.</summary>
internal sealed class LabDownCommand : LinuxCommand
{
    private readonly LabSelection _lab = new();

    public LabDownCommand(CommandContext context)
        : base(context, "down", "end a lab and remove what it wrote") => _lab.AddTo(this);

    public override ManualPage Manual => new(
        ["kadeploy lab down [--lab NAME] [--state DIR]"],
        ["Ends all processes of a lab, which removes its network, and deletes its disks, logs and boot files."],
        [new("kadeploy lab down", "End the lab that 'kadeploy lab up' started.")],
        ["kadeploy lab up"]);

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var folder = _lab.Folder(arguments);
        var lab = Lab.VirtualLab.Find(folder) ?? throw new ConfigurationException($"the lab '{folder.Name}' is not up");
        await lab.StopAsync(TimeProvider.System);
        return ExitCode.Ok;
    }
}
