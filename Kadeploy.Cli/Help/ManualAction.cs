using System.CommandLine;
using System.CommandLine.Invocation;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Consoles;

namespace Kadeploy.Cli.Help;

/// <summary>Answers <c>--help</c> with the manual page of the command.</summary>
/// <param name="console">The console.</param>
internal sealed class ManualAction(IConsoleStreams console) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true; // 'simulate --help' needs no --nodes

    public override int Invoke(ParseResult parseResult)
    {
        new ManualWriter(console.Output, console.Width).Write((CliCommand)parseResult.CommandResult.Command);
        return (int)ExitCode.Ok;
    }
}
