using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab up</c>.</summary>
internal sealed class LabUpCommand : LinuxCommand
{
    private readonly LabMakingOptions _making = new();
    private readonly LabSelection _lab = new();

    public LabUpCommand(CommandContext context)
        : base(context, "up", "start a lab that goes on")
    {
        _making.AddTo(this);
        _lab.AddTo(this);
    }

    public override ManualPage Manual => new(
        [$"kadeploy lab up {LabMakingOptions.Synopsis}"],
        ["Starts a lab and returns when all BMCs answer; nodes are off. It goes on until 'kadeploy lab down'."],
        [
            new("kadeploy lab up -n 50 -k namespace", "Fifty namespace nodes."),
            new("kadeploy lab up --firmware uefi --lab uefi", "Two UEFI machines, in a lab beside others."),
        ],
        ["kadeploy lab down", "kadeploy lab status", "kadeploy lab exec"]);

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = await VirtualLab.StartAsync(
            _lab.Folder(arguments), _making.Read(arguments), OwnCommandLine.Get("lab", "supervise"), tethered: false, TimeProvider.System, cancellationToken);
        LabOutput.Write(lab, arguments.GetValue(Context.Global.Json), Context.Console.Output);
        return ExitCode.Ok;
    }
}
