using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Errors;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab exec</c>.</summary>
internal sealed class LabExecCommand : LinuxCommand
{
    private readonly Argument<string[]> _command = new(UsageReport.CommandToRun)
    {
        Description = "The command that runs in the lab, with its arguments; write '--' before it.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly LabSelection _lab = new();

    public LabExecCommand(CommandContext context)
        : base(context, "exec", "run a command in a lab that is up")
    {
        Arguments.Add(_command);
        _lab.AddTo(this);
    }

    public override ManualPage Manual => new(
        ["kadeploy lab exec [--lab NAME] [--state DIR] -- COMMAND..."],
        ["Runs a command where the lab's nodes and BMCs answer, with the same environment as by 'kadeploy lab run'. The exit code is the command's."],
        [new("kadeploy lab exec -- ping -c 1 10.77.1.1", "Ping a node.")],
        ["kadeploy lab up", "kadeploy lab run"]);

    [SupportedOSPlatform("linux")]
    protected override Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken) =>
        LabSelection.RunAsync(_lab.Open(arguments, Context).Enter(arguments.GetValue(_command)!), Context, cancellationToken);
}
