using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab status</c>.</summary>
internal sealed class LabStatusCommand : LinuxCommand
{
    private readonly LabSelection _lab = new();

    public LabStatusCommand(CommandContext context)
        : base(context, "status", "show the nodes of a lab") => _lab.AddTo(this);

    public override ManualPage Manual => new(
        ["kadeploy lab status [--lab NAME] [--state DIR] [--json]"],
        ["Shows each node with its power, its addresses and its BMC's address."],
        [new("kadeploy lab status", "The lab that 'kadeploy lab up' started."), new("kadeploy lab status --json", "The same, for programs.")],
        ["kadeploy lab up", "kadeploy lab power"]);

    [SupportedOSPlatform("linux")]
    protected override Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        LabOutput.Write(_lab.Open(arguments, Context), arguments.GetValue(Context.Global.Json), Context.Console.Output);
        return Task.FromResult(ExitCode.Ok);
    }
}
