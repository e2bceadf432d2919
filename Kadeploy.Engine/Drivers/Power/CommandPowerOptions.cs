using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>The commands that switch a cluster's nodes: Kadeploy's remote operations.</summary>
public sealed record CommandPowerOptions
{
    /// <summary>Gets the commands that reboot, by level.</summary>
    public ImmutableDictionary<PowerLevel, CommandTemplate> Reboot { get; init; } = ImmutableDictionary<PowerLevel, CommandTemplate>.Empty;

    /// <summary>Gets the commands that switch on, by level.</summary>
    public ImmutableDictionary<PowerLevel, CommandTemplate> On { get; init; } = ImmutableDictionary<PowerLevel, CommandTemplate>.Empty;

    /// <summary>Gets the commands that switch off, by level.</summary>
    public ImmutableDictionary<PowerLevel, CommandTemplate> Off { get; init; } = ImmutableDictionary<PowerLevel, CommandTemplate>.Empty;

    /// <summary>Gets the command that asks for the state.</summary>
    /// <value>Null when there is none. The last word <c>on</c> or <c>off</c> of its output is the answer.</value>
    public CommandTemplate? Status { get; init; }

    /// <summary>Gets what <c>DEFAULT_CONNECTOR</c> stands for.</summary>
    /// <value>The default is ssh as root, without questions, by key, whatever the host key: nodes change theirs with each deployment.</value>
    public ImmutableArray<string> Connector { get; init; } =
    [
        "ssh", "-A", "-l", "root", "-q", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
        "-o", "PreferredAuthentications=publickey", "-o", "BatchMode=yes",
    ];

    /// <summary>Gets the longest that one command may take; then it is killed.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long going off, or on, may take before the next level is tried.</summary>
    /// <value>The default is 25 seconds, as for IPMI.</value>
    public TimeSpan OffLimit { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Gets the pause between questions whether it has.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan OffInterval { get; init; } = TimeSpan.FromSeconds(1);
}
