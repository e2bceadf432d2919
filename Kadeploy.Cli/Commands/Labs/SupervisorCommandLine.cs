using System.Collections.Immutable;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary>How this program starts itself as a lab's supervisor.</summary>
internal static class SupervisorCommandLine
{
    /// <summary>Gives the command line, to which the lab's folder is added.</summary>
    /// <returns>The program and its arguments.</returns>
    public static ImmutableArray<string> Get()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the running program is not known");
        // Installed, kadeploy is a program of its own; in development it may be a library that 'dotnet' runs.
        var library = Path.Combine(AppContext.BaseDirectory, "kadeploy.dll");
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, library, "lab", "supervise"] : [program, "lab", "supervise"];
    }
}
