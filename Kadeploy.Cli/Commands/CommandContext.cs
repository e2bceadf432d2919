using System.CommandLine;
using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Engines;
using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Commands;

/// <summary>What every command is given.</summary>
/// <param name="Console">The console.</param>
/// <param name="Engines">Where engines come from.</param>
/// <param name="Interrupts">The interrupts of this run.</param>
/// <param name="Global">The options that every command has.</param>
internal sealed record CommandContext(IConsoleStreams Console, IEngineSource Engines, Interrupts Interrupts, GlobalOptions Global)
{
    /// <summary>Gets the user on whose behalf the command acts.</summary>
    public static string User => Environment.UserName;

    /// <summary>Gets the clock of the person who types.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets what shows results in words of its own, given what shows them usually.</summary>
    /// <value>The default changes nothing.</value>
    public Func<IOutput, IOutput> Shows { get; init; } = static usual => usual;

    /// <summary>Says how results are shown.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>JSON or tables.</returns>
    public IOutput Output(ParseResult arguments) => Shows(arguments.GetValue(Global.Json)
        ? new JsonOutput(Console.Output)
        : new TableOutput(Console.Output, Screen(arguments)));

    /// <summary>Says what a screen can show.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The settings.</returns>
    public ScreenSettings Screen(ParseResult arguments) => new()
    {
        Width = Console.Width,
        OutputIsTerminal = Console.OutputIsTerminal,
        Color = !arguments.GetValue(Global.NoColor) && Console.Variable("NO_COLOR") is null && !IsDumb,
        Live = !arguments.GetValue(Global.Json) && Console.OutputIsTerminal && Console.ErrorIsTerminal && !IsDumb,
    };

    private bool IsDumb => Console.Variable("TERM") == "dumb";
}
