using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary><c>kadeploy lab console</c>.</summary>
internal sealed class LabConsoleCommand : LinuxCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "The node, such as node-1." };

    private readonly Option<bool> _log = new("--log") { Description = "Show what was written to the console so far instead of connecting to it." };

    private readonly LabSelection _lab = new();

    public LabConsoleCommand(CommandContext context)
        : base(context, "console", "connect to a node's serial console")
    {
        Arguments.Add(_node);
        Options.Add(_log);
        _lab.AddTo(this);
    }

    public override ManualPage Manual => new(
        ["kadeploy lab console NODE [--log] [--lab NAME] [--state DIR]"],
        [
            "Connects to a node's serial console through its BMC (IPMI serial over LAN); type Enter, ~ and a dot to leave. The log is kept whether or "
            + "not anybody is connected.",
        ],
        [new("kadeploy lab console node-1", "Connect."), new("kadeploy lab console node-1 --log", "See how far the node got.")],
        ["kadeploy lab power", "kadeploy lab ssh"]);

    [SupportedOSPlatform("linux")]
    protected override async Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = _lab.Open(arguments, Context);
        var node = lab.Inventory.Find(arguments.GetValue(_node)!);
        if (!arguments.GetValue(_log)) return await LabSelection.RunAsync(lab.Ipmi(node, ["sol", "activate"]), Context, cancellationToken);
        using var log = new StreamReader(new FileStream(node.ConsoleLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        // A serial console may hold anything; what firmware sends to move the cursor about is left out.
        while (await log.ReadLineAsync(cancellationToken) is { } line)
            await Context.Console.Output.WriteLineAsync(string.Concat(line.Where(static c => c == '\t' || !char.IsControl(c))));
        return ExitCode.Ok;
    }
}
