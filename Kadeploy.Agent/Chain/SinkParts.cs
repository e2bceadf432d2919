using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>What a sink is made of.</summary>
/// <param name="Head">The image.</param>
/// <param name="Pool">The memory.</param>
/// <param name="Window">The blocks.</param>
/// <param name="Proves">Whether digests are known.</param>
/// <param name="Wake">Wakes the loop.</param>
internal sealed record SinkParts(ManifestHead Head, BlockPool Pool, BlockWindow Window, bool Proves, Action Wake);
