namespace Kadeploy.PowerShell;

/// <summary>Whether a node is on, as its management controller says.</summary>
/// <param name="Node">The node.</param>
/// <param name="State">Whether it is on; Unknown when the controller does not know.</param>
public sealed record NodePower(NodeName Node, PowerState State);
