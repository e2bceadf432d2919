using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>How controllers are reached where a node does not say otherwise.</summary>
internal sealed record ControllerDefaults
{
    /// <summary>Gets the user; empty when none is named.</summary>
    public string User { get; init; } = "";

    /// <summary>Gets the password; null when none is known.</summary>
    public Secret? Password { get; init; }

    /// <summary>Gets a value indicating whether a place of the password was named, so that it is no news that none is known.</summary>
    public bool PasswordNamed { get; init; }

    /// <inheritdoc cref="IpmiEndpoint.Port"/>
    public int Port { get; init; } = 623;

    /// <inheritdoc cref="IpmiEndpoint.CipherSuite"/>
    public int? CipherSuite { get; init; }

    /// <inheritdoc cref="IpmiEndpoint.Privilege"/>
    public IpmiPrivilege Privilege { get; init; } = IpmiPrivilege.Operator;

    /// <summary>Gives a controller.</summary>
    /// <param name="address">Its address.</param>
    /// <returns>The controller.</returns>
    public IpmiEndpoint Of(string address) => new(address, User, Password!) { Port = Port, CipherSuite = CipherSuite, Privilege = Privilege };
}

/// <summary>Reads how machines are switched.</summary>
internal static class PowerReader
{
    /// <summary>Reads how controllers are reached.</summary>
    /// <param name="section">The table <c>power.ipmi</c>, or <c>bmc</c> of a node.</param>
    /// <param name="otherwise">What holds where it says nothing.</param>
    /// <returns>The settings.</returns>
    public static ControllerDefaults Controllers(Section section, ControllerDefaults otherwise)
    {
        var named = section.Has("password") || section.Has("password_file") || section.Has("password_env");
        var password = section.Password();
        return new()
        {
            User = section.Text("user") ?? otherwise.User,
            Password = named ? password : otherwise.Password,
            PasswordNamed = named || otherwise.PasswordNamed,
            Port = section.Integer("port", 1, 65535) ?? otherwise.Port,
            CipherSuite = section.Integer("cipher_suite", 0, 17) ?? otherwise.CipherSuite,
            Privilege = section.Name<IpmiPrivilege>("privilege") ?? otherwise.Privilege,
        };
    }

    /// <summary>Reads what is said of a controller itself, and nothing that the cluster says.</summary>
    /// <param name="section">The table <c>bmc</c> of a node.</param>
    /// <returns>The record, without an address.</returns>
    public static NodeController Recorded(Section section) => new("")
    {
        User = section.Text("user"),
        PasswordFile = section.Has("password_file") ? section.FullPath("password_file") : null,
        PasswordVariable = section.Text("password_env"),
        Port = section.Integer("port", 1, 65535),
        CipherSuite = section.Integer("cipher_suite", 0, 17),
        Privilege = section.Name<ControllerPrivilege>("privilege"),
    };

    /// <summary>Reads how ipmitool is used.</summary>
    /// <param name="section">The table <c>power.ipmi</c>.</param>
    /// <returns>The settings.</returns>
    public static IpmiOptions Ipmi(Section section)
    {
        var options = new IpmiOptions();
        return options with
        {
            Program = section.Has("program") ? section.Required("program") : options.Program,
            Passing = section.Name<PasswordPassing>("passing") ?? options.Passing,
            RetransmitInterval = TimeSpan.FromSeconds(section.Integer("retransmit_interval", 1, 60) ?? (int)options.RetransmitInterval.TotalSeconds),
            Retransmissions = section.Integer("retransmissions", 1, 100) ?? options.Retransmissions,
            CallLimit = section.Seconds("call_limit", 1, 600) ?? options.CallLimit,
            Attempts = section.Integer("attempts", 1, 100) ?? options.Attempts,
            RetryPause = section.Seconds("retry_pause", 0, 60) ?? options.RetryPause,
            MinimumInterval = section.Seconds("minimum_interval", 0, 60) ?? options.MinimumInterval,
            OffLimit = section.Seconds("off_limit", 1, 3600) ?? options.OffLimit,
            OffInterval = section.Seconds("off_interval", 0.1, 60) ?? options.OffInterval,
        };
    }

    /// <summary>Reads commands that switch machines.</summary>
    /// <param name="section">The table <c>power.commands</c>, or <c>commands</c> of a node.</param>
    /// <param name="otherwise">What holds where it says nothing.</param>
    /// <param name="ofNode">Whether it is a node's, which has no settings of its own beside commands.</param>
    /// <returns>The commands.</returns>
    public static CommandPowerOptions Commands(Section section, CommandPowerOptions otherwise, bool ofNode)
    {
        var options = otherwise with
        {
            Reboot = Levels(section, "reboot", otherwise.Reboot),
            On = Levels(section, "on", otherwise.On),
            Off = Levels(section, "off", otherwise.Off),
            Status = section.Command("status") ?? otherwise.Status,
        };
        if (!ofNode)
        {
            options = options with
            {
                Connector = section.Command("connector")?.Words ?? options.Connector,
                CallLimit = section.Seconds("call_limit", 1, 600) ?? options.CallLimit,
                OffLimit = section.Seconds("off_limit", 1, 3600) ?? options.OffLimit,
                OffInterval = section.Seconds("off_interval", 0.1, 60) ?? options.OffInterval,
            };
        }

        section.End();
        return options;
    }

    private static ImmutableDictionary<PowerLevel, CommandTemplate> Levels(
        Section section, string key, ImmutableDictionary<PowerLevel, CommandTemplate> otherwise)
    {
        if (section.Table(key) is not { } levels) return otherwise;
        foreach (var level in Enum.GetValues<PowerLevel>())
            if (levels.Command(Section.Snake(level.ToString())) is { } command) otherwise = otherwise.SetItem(level, command);
        levels.End();
        return otherwise;
    }
}
