using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>What a failed call of ipmitool means for whoever made it.</summary>
internal enum IpmiFailure
{
    /// <summary>The controller is busy or out of sessions: the command was not taken, and may be given again.</summary>
    Busy,

    /// <summary>No session came about: the command was not sent.</summary>
    NoAnswer,

    /// <summary>The answer to the command did not come: whether it was taken is unknown.</summary>
    Lost,

    /// <summary>User, password, privilege or cipher suite are wrong: giving the command again changes nothing.</summary>
    Credentials,

    /// <summary>The machine is already what it was asked to be, or is not what the command needs.</summary>
    WrongState,

    /// <summary>Anything else.</summary>
    Refused,
}

/// <summary>Reads what ipmitool prints (1.8.18 and 1.8.19, with -v, in the C locale).</summary>
internal static class IpmiReply
{
    // The first text that is found decides. With -v ipmitool says why no session came about; without, all reasons read the same.
    private static readonly ImmutableArray<(string Text, IpmiFailure Failure, string Meaning)> Table =
    [
        ("RAKP 2 HMAC is invalid", IpmiFailure.Credentials, "the password is wrong"),
        ("RAKP 4 message has invalid integrity check value", IpmiFailure.Credentials, "the password is wrong"),
        ("unauthorized name", IpmiFailure.Credentials, "the user is unknown, or may not use this privilege level"),
        ("unauthorized role", IpmiFailure.Credentials, "the user may not use this privilege level"),
        ("Unauthorized GUID", IpmiFailure.Credentials, "the controller does not know itself; reset it"),
        ("Insufficient privilege level", IpmiFailure.Credentials, "the privilege level is too low"),
        ("invalid role", IpmiFailure.Credentials, "the user may not use this privilege level"),
        ("inactive role", IpmiFailure.Credentials, "the user may not use this privilege level"),
        ("invalid authentication algorithm", IpmiFailure.Credentials, "it does not know the cipher suite; try 3 or 17"),
        ("invalid integrity algorithm", IpmiFailure.Credentials, "it does not know the cipher suite; try 3 or 17"),
        ("invalid confidentiality algorithm", IpmiFailure.Credentials, "it does not know the cipher suite; try 3 or 17"),
        ("no cipher suite match", IpmiFailure.Credentials, "it does not know the cipher suite; try 3 or 17"),
        ("no matching cipher suite", IpmiFailure.Credentials, "it does not know the cipher suite; try 3 or 17"),
        ("insufficient resources for session", IpmiFailure.Busy, "it has no session left"),
        ("Node busy", IpmiFailure.Busy, "it is busy"),
        ("Out of space", IpmiFailure.Busy, "it has no memory left"),
        ("BMC initialization in progress", IpmiFailure.Busy, "it is starting"),
        ("SDR repository in update mode", IpmiFailure.Busy, "it is busy"),
        ("device in firmware update mode", IpmiFailure.Busy, "its firmware is being updated"),
        ("not supported in present state", IpmiFailure.WrongState, "the command does not fit the machine's state"),
        ("Get Auth Capabilities error", IpmiFailure.NoAnswer, "it does not answer"),
        ("Unable to establish", IpmiFailure.NoAnswer, "no session came about"),
        ("Could not open socket", IpmiFailure.NoAnswer, "its address cannot be reached"),
        ("Address lookup for", IpmiFailure.NoAnswer, "its name is unknown"),
        ("Timeout", IpmiFailure.Lost, "it took too long"),
        ("No response", IpmiFailure.Lost, "it does not answer"),
    ];

    /// <summary>Says what a failed call means.</summary>
    /// <param name="lines">What ipmitool printed.</param>
    /// <returns>The kind of failure, and its meaning for users.</returns>
    public static (IpmiFailure Failure, string Meaning) Explain(IReadOnlyCollection<string> lines)
    {
        // The questions that -v reports fail on healthy controllers too: they are not what was asked.
        var telling = lines.Where(static line =>
            !line.StartsWith("Invalid completion code received", StringComparison.Ordinal)
            && !line.StartsWith("Get HPM.x Capabilities", StringComparison.Ordinal)).ToArray();
        foreach (var (text, failure, meaning) in Table)
            if (telling.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase))) return (failure, meaning);
        return (IpmiFailure.Refused, telling.LastOrDefault(static line => line.Length > 0) ?? "it gave no reason");
    }

    /// <summary>Reads the answer to <c>chassis power status</c>.</summary>
    /// <param name="lines">What ipmitool printed.</param>
    /// <returns>The state; null for an answer that says neither.</returns>
    public static PowerState? State(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.Equals("Chassis Power is on", StringComparison.OrdinalIgnoreCase)) return PowerState.On;
            if (line.Equals("Chassis Power is off", StringComparison.OrdinalIgnoreCase)) return PowerState.Off;
        }

        return null;
    }
}
