using System.Collections.Immutable;

namespace Kadeploy.Cli.Commands;

/// <summary>How this program starts itself.</summary>
internal static class OwnCommandLine
{
    /// <summary>Gives the command line.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>The program and its arguments.</returns>
    public static ImmutableArray<string> Get(params ReadOnlySpan<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the running program is not known");
        // Installed, kadeploy is a program of its own; in development it may be a library that 'dotnet' runs.
        var library = Path.Combine(AppContext.BaseDirectory, "kadeploy.dll");
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, library, .. arguments] : [program, .. arguments];
    }
}
