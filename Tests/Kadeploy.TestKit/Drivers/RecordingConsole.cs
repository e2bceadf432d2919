using System.Collections.Immutable;

namespace Kadeploy.TestKit.Drivers;

/// <summary>Consoles on which a test decides what stands.</summary>
public sealed class RecordingConsole : IConsole
{
    public string Missing { get; set; } = "";

    /// <summary>Gets or sets what stands on every console.</summary>
    public ImmutableArray<string> Lines { get; set; } = [];

    public ImmutableArray<string> LastLines(Node node) => Lines;
}
