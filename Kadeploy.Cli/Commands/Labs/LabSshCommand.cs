using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Errors;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab ssh</c>.</summary>
internal sealed class LabSshCommand : LinuxCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "The node, such as node-1." };

    private readonly Argument<string[]> _command = new(UsageReport.CommandToRun)
    {
        Description = "What to run there; write '--' before it. Default: a shell.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly LabSelection _lab = new();

    public LabSshCommand(CommandContext context)
        : base(context, "ssh", "log in to a node")
    {
        Arguments.Add(_node);
        Arguments.Add(_command);
        _lab.AddTo(this);
    }

    public override ManualPage Manual => new(
        ["kadeploy lab ssh NODE [--lab NAME] [--state DIR] [-- COMMAND...]"],
        ["Logs in to a node as root with the lab's key. The exit code is the command's, or 255 when the node does not answer."],
        [new("kadeploy lab ssh node-1 -- uname -r", "Run a command."), new("kadeploy lab ssh node-1", "Open a shell.")],
        ["kadeploy lab power", "kadeploy lab console"]);

    [SupportedOSPlatform("linux")]
    protected override Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = _lab.Open(arguments, Context);
        return LabSelection.RunAsync(lab.Ssh(lab.Inventory.Find(arguments.GetValue(_node)!), arguments.GetValue(_command) ?? []), Context, cancellationToken);
    }
}
