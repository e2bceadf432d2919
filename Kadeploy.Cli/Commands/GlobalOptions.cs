using System.CommandLine;

namespace Kadeploy.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Gets <c>--json</c>.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write results as JSON, one object on each line of standard output and nothing else there.",
        Recursive = true,
    };

    /// <summary>Gets <c>--no-color</c>.</summary>
    public Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "Use no colors. The environment variable NO_COLOR does the same.",
        Recursive = true,
    };
}
