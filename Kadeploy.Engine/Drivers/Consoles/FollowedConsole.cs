using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Follows consoles as evidence, as long as an operation lasts. Others may use them meanwhile: a line is shared.</summary>
/// <remarks>Nothing that goes wrong here concerns an operation.</remarks>
internal sealed class FollowedConsole : IConsole, IDisposable
{
    private readonly FrozenDictionary<NodeName, ConsoleLine> _lines;
    private int _disposed;

    /// <summary>Begins to follow.</summary>
    /// <param name="nodes">Whose consoles.</param>
    /// <param name="settings">How.</param>
    /// <param name="holder">For what, as others are told.</param>
    public FollowedConsole(IEnumerable<Node> nodes, ConsoleLineSettings settings, string holder) =>
        _lines = nodes.ToFrozenDictionary(static node => node.Name, node => new ConsoleLine(node, settings, holder));

    /// <inheritdoc/>
    public string Missing => "";

    /// <summary>Gets a task that ends when no program runs any more.</summary>
    internal Task Ended => Task.WhenAll(_lines.Values.Select(static line => line.Ended));

    /// <inheritdoc/>
    public ImmutableArray<string> LastLines(Node node) =>
        _lines.TryGetValue(node.Name, out var line) ? ConsoleText.LastLines(line.Tail.Read(out var isCut), isCut) : [];

    /// <summary>Ends all programs; what has come so far can still be read.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (var line in _lines.Values) line.Stop();
    }
}
