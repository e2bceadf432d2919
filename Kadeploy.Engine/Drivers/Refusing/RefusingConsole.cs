using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>No console is followed.</summary>
internal sealed class RefusingConsole(string missing = "no console is configured") : IConsole
{
    /// <inheritdoc/>
    public string Missing => missing;

    /// <inheritdoc/>
    public ImmutableArray<string> LastLines(Node node) => [];
}
