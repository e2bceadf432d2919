using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Vlans;

/// <summary>Moves nodes between networks by the site's own command: one call for all nodes of a set. No shell reads it.</summary>
/// <param name="settings">The command.</param>
/// <param name="user">For whom nodes are moved.</param>
/// <param name="time">The clock of the command's end.</param>
internal sealed class CommandVlanSwitch(VlanSettings settings, string user, TimeProvider time) : IVlanSwitch
{
    private readonly ProcessRunner _runner = new(time);

    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public async Task MoveAsync(ImmutableArray<Node> nodes, string vlan, CancellationToken cancellationToken)
    {
        var command = Command(nodes, vlan);
        var outcome = await _runner.RunAsync(command, cancellationToken).ConfigureAwait(false);
        if (outcome.ExitStatus == 0) return;
        throw new OperationFailedException(
            FaultCodes.Vlan, $"the command that moves nodes into the network '{vlan}' ended with status {outcome.ExitStatus}: {settings.Command.Words[0]}")
        {
            Evidence = outcome.Evidence,
        };
    }

    /// <summary>Puts nodes, network and user in.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="vlan">The network.</param>
    /// <returns>The program.</returns>
    internal ProcessCommand Command(ImmutableArray<Node> nodes, string vlan)
    {
        var words = settings.Command.Words.SelectMany(word => word == VlanSettings.Nodes
            ? NodeSet.From(nodes.Select(static node => node.Name)).SelectMany(static name => (string[])["-m", name.Value])
            : [string.Join(user, word.Split("USER").Select(part => part.Replace("VLAN_ID", vlan, StringComparison.Ordinal)))]).ToArray();
        return new() { Program = words[0], Arguments = [.. words.Skip(1).Select(static word => (ProcessArgument)word)] };
    }
}
