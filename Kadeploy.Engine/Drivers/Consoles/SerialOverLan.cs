using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>The line to a console through the node's management controller: IPMI 2.0 §15, by ipmitool.</summary>
internal static class SerialOverLan
{
    // ipmitool 1.8.18 and 1.8.19, ipmi_sol.c.
    private const string Greeting = "[SOL Session operational.";

    // Said when it takes the terminal, which it has none of here, right after the greeting; that stays in its buffer until the node prints something.
    private const string SignOfLife = "tcgetattr";

    /// <summary>Gives what makes a node's program.</summary>
    /// <param name="settings">The controllers.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The program of a node; <see cref="DriverUnusableException"/> for one without a controller.</returns>
    public static Func<Node, ConsoleProgram> Programs(PowerSettings.Ipmi settings, TimeProvider time)
    {
        var tool = new IpmiTool(settings.Options, time);
        return node =>
        {
            var endpoint = settings.Endpoints.TryGetValue(node.Name, out var found) ? found : throw new DriverUnusableException(
                FaultCodes.DriverMissing, $"node {node.Name}: no management controller is configured for it");
            return new()
            {
                Command = tool.Command(endpoint, ["sol", "activate"]),
                // A controller has one such session, and a killed process leaves it behind; when there is none, it says so.
                Prepare = stop => tool.CallAsync(node, endpoint, ["sol", "deactivate"], stop),
                Greeting = Greeting,
                SignOfLife = SignOfLife,
                EscapeCharacter = (byte)'~',
                Explain = lines => Explain(endpoint, lines),
            };
        };
    }

    private static string Explain(IpmiEndpoint endpoint, IReadOnlyCollection<string> lines)
    {
        // What ipmitool says of the terminal that it does not have is none.
        var telling = lines.Where(static line => !line.StartsWith(SignOfLife, StringComparison.Ordinal)).ToArray();
        var own = telling.LastOrDefault(static line => line.Contains("SOL", StringComparison.Ordinal) || line.Contains("keepalive", StringComparison.Ordinal));
        var (failure, meaning) = IpmiReply.Explain(telling);
        return $"the management controller at {endpoint.Address}:{endpoint.Port}: {(failure == IpmiFailure.Refused && own is not null ? own : meaning)}";
    }
}
