using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>How ssh is called for a node.</summary>
/// <param name="settings">The site's settings.</param>
internal sealed class SshTarget(SshSettings settings)
{
    // The first value that ssh sees counts, so the site's own options go before these. Host keys are new with each deployment.
    private static readonly ImmutableArray<string> Defaults =
    [
        "BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null", "PreferredAuthentications=publickey",
        "ConnectTimeout=5", "ControlMaster=no", "ControlPath=none", "ForwardAgent=no", "LogLevel=ERROR",
    ];

    /// <summary>Gets the port.</summary>
    public int Port => settings.Port;

    /// <summary>Gives the name or address by which a node is reached.</summary>
    public static string HostOf(Node node) => node.Address?.ToString() ?? node.Name.ToString();

    /// <summary>Gives the arguments for a normal login.</summary>
    /// <param name="node">The node.</param>
    /// <param name="command">What its shell shall run.</param>
    public ImmutableArray<string> Login(Node node, string command) =>
        settings.IdentityFile is { } file ? Arguments(node, command, ["-i", file]) : Arguments(node, command, []);

    /// <summary>Gives the arguments for a login with one key and no other.</summary>
    /// <param name="node">The node.</param>
    /// <param name="command">What its shell shall run, if the key allows that.</param>
    /// <param name="key">The key.</param>
    public ImmutableArray<string> LoginWith(Node node, string command, ProofKey key) =>
        Arguments(node, command, ["-o", "IdentitiesOnly=yes", "-i", key.IdentityFile]);

    private ImmutableArray<string> Arguments(Node node, string command, ReadOnlySpan<string> identity) =>
    [
        "-T", .. settings.Options.Concat(Defaults).SelectMany(static option => (string[])["-o", option]), .. identity,
        "-p", settings.Port.ToString(CultureInfo.InvariantCulture), "-l", settings.User, HostOf(node), command,
    ];
}
