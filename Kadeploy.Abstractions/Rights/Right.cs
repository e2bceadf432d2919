namespace Kadeploy;

/// <summary>Lets one user work on one node.</summary>
/// <param name="User">The user.</param>
/// <param name="Node">The node, or null for every node.</param>
/// <param name="Device">The disk or partition that may be written, or null for all of them.</param>
public sealed record Right(string User, NodeName? Node, string? Device);
