using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Kadeploy;

/// <summary>Where a right holds: on one node, on the nodes that a cluster has at the time, or on all nodes.</summary>
public readonly record struct RightScope : IParsable<RightScope>
{
    private const string ClusterPrefix = "cluster:";
    private const int LongestCluster = 128;

    private readonly string? _value;

    private RightScope(string value) => _value = value;

    /// <summary>Gets all nodes, written <c>*</c>.</summary>
    public static RightScope All { get; } = new("*");

    /// <summary>Gets the text: a node's name, <c>cluster:NAME</c> or <c>*</c>; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Gets a value indicating whether it is all nodes.</summary>
    public bool IsAll => _value == "*";

    /// <summary>Gets the cluster.</summary>
    /// <value>Null when it is a node or all nodes.</value>
    public string? Cluster => Value.StartsWith(ClusterPrefix, StringComparison.Ordinal) ? Value[ClusterPrefix.Length..] : null;

    /// <summary>Gets the node.</summary>
    /// <value>Null when it is a cluster or all nodes.</value>
    public NodeName? Node => IsAll || Cluster is not null || _value is null ? null : NodeName.Parse(_value);

    /// <summary>Gives the scope of one node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The scope.</returns>
    public static RightScope Of(NodeName node) => new(node.Value);

    /// <summary>Gives the scope of a cluster.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="FormatException">The text is no name of a cluster.</exception>
    public static RightScope OfCluster(string cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var wrong = cluster.Length is 0 or > LongestCluster || cluster != cluster.Trim() || cluster.Any(static c => char.IsControl(c) || char.IsSurrogate(c) || c == ',');
        return wrong
            ? throw new FormatException($"'{Printable.Text(cluster.AsSpan(0, Math.Min(cluster.Length, 40)))}' is no name of a cluster; write cluster:NAME")
            : new(ClusterPrefix + cluster);
    }

    /// <summary>Reads one scope.</summary>
    /// <param name="s">A node's name, <c>cluster:NAME</c> or <c>*</c>.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="FormatException">The text is none of these; the message says why.</exception>
    public static RightScope Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        if (s == "*") return All;
        return s.StartsWith(ClusterPrefix, StringComparison.Ordinal) ? OfCluster(s[ClusterPrefix.Length..]) : Of(NodeName.Parse(s));
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RightScope result)
    {
        result = default;
        if (s is null) return false;
        try
        {
            result = Parse(s);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads a list.</summary>
    /// <param name="text">Names and ranges of nodes, <c>cluster:NAME</c> and <c>*</c>, parted by commas.</param>
    /// <returns>The scopes, each once, nodes in natural order; only <see cref="All"/> when it is among them.</returns>
    /// <exception cref="FormatException">Something in it is none of these; the message says what.</exception>
    public static ImmutableArray<RightScope> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var scopes = new HashSet<RightScope>();
        var nodes = new List<string>();
        foreach (var entry in Entries(text))
        {
            if (entry == "*" || entry.StartsWith(ClusterPrefix, StringComparison.Ordinal)) scopes.Add(Parse(entry));
            else nodes.Add(entry);
        }

        if (scopes.Contains(All)) return [All];
        return [.. scopes.OrderBy(static scope => scope.Value, StringComparer.Ordinal), .. NodeSet.Parse(string.Join(',', nodes)).Select(Of)];
    }

    /// <summary>Gives the text.</summary>
    /// <returns><see cref="Value"/>.</returns>
    public override string ToString() => Value;

    /// <summary>Splits at commas, but not inside brackets.</summary>
    private static IEnumerable<string> Entries(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '[') depth++;
            if (i < text.Length && text[i] == ']') depth--;
            if (i < text.Length && (text[i] != ',' || depth > 0)) continue;
            if (text[start..i].Trim() is { Length: > 0 } entry) yield return entry;
            start = i + 1;
        }
    }
}
