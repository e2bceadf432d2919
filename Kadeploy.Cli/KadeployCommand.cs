using System.CommandLine;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Compatible;
using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Engines;
using Kadeploy.Cli.Errors;
using RootCommand = Kadeploy.Cli.Commands.RootCommand;

namespace Kadeploy.Cli;

/// <summary>The whole command line, from arguments to exit code.</summary>
internal static class KadeployCommand
{
    /// <summary>Runs the command that the arguments name, with engines in this process.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="console">The console.</param>
    /// <param name="cancellationToken">Counts as a request to end.</param>
    /// <returns>The exit code; never throws.</returns>
    public static Task<ExitCode> RunAsync(string[] args, IConsoleStreams console, CancellationToken cancellationToken) =>
        RunAsync(args, console, new HostedEngines(), cancellationToken);

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="console">The console.</param>
    /// <param name="engines">Where engines come from.</param>
    /// <param name="cancellationToken">Counts as a request to end.</param>
    /// <returns>The exit code; never throws.</returns>
    public static async Task<ExitCode> RunAsync(
        string[] args, IConsoleStreams console, IEngineSource engines, CancellationToken cancellationToken)
    {
        using var interrupts = new Interrupts(console, cancellationToken);
        try
        {
            var context = new CommandContext(console, engines, interrupts, new());
            var compatible = CompatibleCommands.Find(args, context);
            var parsed = compatible is null ? new RootCommand(context).Parse(args, Parsing) : compatible.Parse(LongOptions.WriteOut(args[1..], compatible), Parsing);
            var exitCode = await InvokeAsync(parsed, console, interrupts.First);
            await console.Output.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (Exception failure) // the one place where exceptions become exit codes
        {
            return Explain(failure, console);
        }
    }

    /// <summary>Carries out a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="console">The console.</param>
    /// <param name="cancellationToken">Counts as the first interrupt.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<ExitCode> InvokeAsync(ParseResult parsed, IConsoleStreams console, CancellationToken cancellationToken)
    {
        if (parsed.Errors.Count > 0 || UsageReport.Strays(parsed).Count > 0) return UsageReport.Write(parsed, console.Error);
        var configuration = new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false, // exceptions are explained here
            ProcessTerminationTimeout = null, // interrupts are handled here
        };
        return (ExitCode)await parsed.InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>Gets how command lines are read: no word names a file of further words.</summary>
    internal static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    private static ExitCode Explain(Exception failure, IConsoleStreams console)
    {
        try
        {
            console.Output.Flush(); // what was a result before the failure stays one
        }
        catch (IOException)
        {
            // Results cannot be written, which is what is explained below.
        }

        var report = FailureReport.From(failure, console.Variable("KADEPLOY_DEBUG") == "1");
        foreach (var line in report.Lines) console.Error.WriteLine(line);
        return report.ExitCode;
    }
}
