using System.Management.Automation.Host;
using Kadeploy.Terminals;

namespace Kadeploy.PowerShell.Consoles;

/// <summary>The terminal that a host of PowerShell may have.</summary>
internal static class HostTerminal
{
    private const string ConsoleHost = "ConsoleHost";

    /// <summary>Says whether a host shows what it shows on the terminal of this process, and reads keys from it.</summary>
    /// <param name="host">The host.</param>
    /// <returns>False for hosts that draw windows, are on another machine, or have their input or output redirected.</returns>
    public static bool IsThere(PSHost host)
    {
#pragma warning disable RS0030 // Nobody else says whether there is a terminal.
        return host.Name == ConsoleHost && !Console.IsInputRedirected && !Console.IsOutputRedirected;
#pragma warning restore RS0030
    }

    /// <summary>Takes the terminal.</summary>
    /// <param name="escape">The keys that leave.</param>
    /// <returns>The terminal, and what shows bytes on it.</returns>
    /// <exception cref="IOException">It cannot be taken.</exception>
    public static (IRawTerminal Terminal, Stream Screen) Take(EscapeSequence escape)
    {
        // A signal that takes the terminal away is PowerShell's own affair.
        var terminal = RawTerminal.Take(escape, goesOn: false);
#pragma warning disable RS0030 // Bytes that a host would take for text.
        return (terminal, Console.OpenStandardOutput());
#pragma warning restore RS0030
    }
}
