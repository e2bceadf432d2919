using System.CommandLine;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary>The options that say which durations are meant.</summary>
internal sealed class StepOptions
{
    /// <summary>Gets the synopsis of these options.</summary>
    public static string Synopsis => "[--step STEP] [--level micro|macro|whole]";

    /// <summary>Gets <c>--step</c>.</summary>
    public Option<string[]> Steps { get; } = StatFilterOptions.Many(
        "STEP", "Steps: a micro-step, an instance or a macro-step, such as WaitReboot or SetDeploymentEnvUntrusted:WaitReboot. Default: all.", "--step");

    /// <summary>Gets <c>--level</c>.</summary>
    public Option<DurationLevel> Level { get; } = new("--level")
    {
        HelpName = "LEVEL", Description = "Of what durations are shown: micro for micro-steps, macro for macro-steps, whole for nodes from start to end. Default: micro.",
        CustomParser = static result => OptionParsing.Choice(
            result, ("micro", DurationLevel.MicroStep), ("macro", DurationLevel.MacroStep), ("whole", DurationLevel.Whole)),
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(Steps);
        command.Options.Add(Level);
    }
}
