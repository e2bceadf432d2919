using System.CommandLine;
using System.Runtime.Versioning;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary>A command that only Linux can carry out; elsewhere it says so.</summary>
internal abstract class LinuxCommand : CliCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What it is given.</param>
    /// <param name="name">What is typed.</param>
    /// <param name="summary">What it does, in one phrase.</param>
    protected LinuxCommand(CommandContext context, string name, string summary)
        : base(name, summary)
    {
        Context = context;
        Runs((arguments, cancellationToken) => OperatingSystem.IsLinux()
            ? RunAsync(arguments, cancellationToken)
            : throw new ConfigurationException("a lab needs Linux: it is made of network namespaces, QEMU and an IPMI simulator; run this command there"));
    }

    /// <summary>Gets what the command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>Carries the command out.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    [SupportedOSPlatform("linux")]
    protected abstract Task<ExitCode> RunAsync(ParseResult arguments, CancellationToken cancellationToken);
}
