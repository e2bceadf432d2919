using System.CommandLine;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Commands;

/// <summary>A command with a manual page.</summary>
/// <param name="name">What is typed.</param>
/// <param name="summary">What it does, in one phrase.</param>
internal abstract class CliCommand(string name, string summary) : Command(name, summary)
{
    /// <summary>Gets the command as it is typed, with those it belongs to.</summary>
    public string FullName => string.Join(' ', Parents.OfType<CliCommand>().Select(static parent => parent.FullName).Append(Name));

    /// <summary>Gets the manual page; made only when it is asked for.</summary>
    public abstract ManualPage Manual { get; }

    /// <summary>Lets a method carry the command out.</summary>
    /// <param name="run">The method.</param>
    protected void Runs(Func<ParseResult, CancellationToken, Task<ExitCode>> run) =>
        SetAction(async (ParseResult arguments, CancellationToken cancellationToken) => (int)await run(arguments, cancellationToken));
}
