using System.Diagnostics;

namespace Kadeploy.Lab.Nodes;

/// <summary>A node behind its power switch. Used by one <see cref="PowerSupply"/> alone.</summary>
internal interface IMachine
{
    /// <summary>Switches it on.</summary>
    /// <param name="boot">What the BMC was told to boot from.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The process that is the running machine: it ends when the machine is off, or asks for a reboot by its exit status.</returns>
    Task<Process> StartAsync(string boot, CancellationToken cancellationToken);

    /// <summary>Presses the power button, as which the system on the node may or may not react.</summary>
    /// <param name="running">The running machine.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    Task PressButtonAsync(Process running, CancellationToken cancellationToken);

    /// <summary>Says whether a machine that ended did so to start anew.</summary>
    /// <param name="exitStatus">How its process ended.</param>
    /// <returns>Whether it must be started again.</returns>
    bool IsReboot(int exitStatus);
}
