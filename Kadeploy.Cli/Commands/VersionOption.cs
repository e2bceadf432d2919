using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Kadeploy.Cli.Consoles;

namespace Kadeploy.Cli.Commands;

/// <summary>The option <c>--version</c>.</summary>
internal sealed class VersionOption : Option<bool>
{
    public VersionOption(IConsoleStreams console)
        : base("--version")
    {
        Description = "Show the version.";
        Action = new ShowVersion(console);
    }

    private sealed class ShowVersion(IConsoleStreams console) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(VersionOption).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            console.Output.WriteLine($"kadeploy {version}");
            return (int)ExitCode.Ok;
        }
    }
}
