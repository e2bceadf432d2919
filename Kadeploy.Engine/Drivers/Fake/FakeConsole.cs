using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>The consoles of simulated nodes, which print nothing.</summary>
internal sealed class FakeConsole : IConsole
{
    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public ImmutableArray<string> LastLines(Node node) => [];
}
