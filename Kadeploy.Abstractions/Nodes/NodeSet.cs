using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Kadeploy;

/// <summary>A set of node names that reads and writes folded ranges, such as <c>graphene-[1-10,12].site</c>.</summary>
/// <remarks>
/// Immutable and thread-safe; each name is in it once, in natural order (<c>a-9</c> before <c>a-10</c>).
/// <para>A name may hold any number of bracket groups and stands for every combination: <c>r[1-2]-n[01-40]</c> is eighty nodes. A group lists
/// numbers and ranges. Where both bounds of a range have the same number of digits all its numbers do (<c>[001-010]</c>); otherwise they are
/// plain (<c>[1-10]</c>). A number in brackets has at most 18 digits. Names are parted by commas or white space.</para>
/// <para>Folding is exact: reading what <see cref="Fold"/> wrote gives an equal set.</para>
/// </remarks>
public sealed class NodeSet : IReadOnlyList<NodeName>, IEquatable<NodeSet>
{
    /// <summary>The largest number of nodes in a set.</summary>
    public const int MaximumCount = 1_000_000;

    private NodeSet(ImmutableArray<NodeName> names) => Names = names;

    /// <summary>Gets the set without nodes, which is read from and written as empty text.</summary>
    public static NodeSet Empty { get; } = new([]);

    /// <summary>Gets the names, each once, in natural order.</summary>
    public ImmutableArray<NodeName> Names { get; }

    /// <summary>Gets the number of nodes.</summary>
    public int Count => Names.Length;

    /// <summary>Gets a name by its place in the natural order.</summary>
    /// <param name="index">The place, from 0.</param>
    public NodeName this[int index] => Names[index];

    /// <summary>Reads a set.</summary>
    /// <param name="text">Names and folded names, parted by commas or white space; blank text is the empty set.</param>
    /// <returns>The set; names that are written twice are in it once.</returns>
    /// <exception cref="FormatException">The text is no node set, or stands for more than <see cref="MaximumCount"/> names; the message quotes
    /// the text, gives the position from 1 and says what is allowed.</exception>
    public static NodeSet Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var names = new List<NodeName>();
        new NodeSetParser(text, "node set", names).Parse();
        return Create(names.ToArray());
    }

    /// <summary>Reads a set without throwing.</summary>
    /// <param name="text">As for <see cref="Parse"/>; null is no node set.</param>
    /// <param name="set">The set, or null.</param>
    /// <param name="problem">Null, or what is wrong, with the text and the position from 1.</param>
    /// <returns>Whether the text is a node set.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NodeSet? set, [NotNullWhen(false)] out string? problem)
    {
        set = null;
        problem = null;
        if (text is null)
        {
            problem = "a node set is missing";
            return false;
        }

        try
        {
            set = Parse(text);
            return true;
        }
        catch (FormatException wrong)
        {
            problem = wrong.Message;
            return false;
        }
    }

    /// <summary>Reads a list of nodes: what <see cref="Parse"/> reads on each line, blank lines, and comments from '#' to the end of a line.</summary>
    /// <param name="reader">The list; read to its end, not closed.</param>
    /// <param name="sourceName">What messages call the list: the file's path, or "-" for standard input.</param>
    /// <returns>The set.</returns>
    /// <exception cref="FormatException">A line is no node set; the message names source, line and position, each from 1.</exception>
    /// <exception cref="IOException">The reader failed.</exception>
    public static NodeSet ReadFrom(TextReader reader, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(sourceName);
        var source = sourceName == "-" ? "standard input" : sourceName;
        var names = new List<NodeName>();
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            new NodeSetParser(comment < 0 ? line : line[..comment], $"{source}, line {number}:", names).Parse();
        }

        return Create(names.ToArray());
    }

    /// <summary>Makes a set of names.</summary>
    /// <param name="names">The names in any order, repeated or not.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentException">One is <c>default(NodeName)</c>, or there are more than <see cref="MaximumCount"/>.</exception>
    public static NodeSet From(IEnumerable<NodeName> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names is NodeSet set) return set;
        var all = names.ToArray();
        if (all.Contains(default)) throw new ArgumentException("a node without a name cannot be in a node set", nameof(names));
        var result = Create(all);
        return result.Count <= MaximumCount
            ? result
            : throw new ArgumentException($"{result.Count:N0} nodes are too many; a node set holds at most {MaximumCount:N0}", nameof(names));
    }

    /// <summary>Says whether a node is in the set; takes time with the logarithm of its size.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(NodeName name) => Names.BinarySearch(name, NaturalOrder.Instance) >= 0;

    /// <summary>Gives the nodes that are in this set, in another, or in both.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>The set of them.</returns>
    /// <exception cref="ArgumentException">They are more than <see cref="MaximumCount"/>.</exception>
    public NodeSet Union(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return From(Names.AddRange(other.Names));
    }

    /// <summary>Gives the nodes that are in this set and not in another.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>The set of them.</returns>
    public NodeSet Except(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Names.RemoveAll(other.Contains));
    }

    /// <summary>Writes the set as short as its numbers allow.</summary>
    /// <returns>Folded names, parted by commas, in the order of their first nodes; empty for the empty set.</returns>
    public string Fold() => string.Join(',', FoldEntries());

    /// <summary>Folds the set into a list, for example to write one entry a line.</summary>
    /// <returns>Folded names in the order of their first nodes; no node is in two of them.</returns>
    public ImmutableArray<string> FoldEntries() => NodeSetFolder.Fold(Names.AsSpan());

    /// <summary>Gives the folded set.</summary>
    /// <returns>What <see cref="Fold"/> gives.</returns>
    public override string ToString() => Fold();

    /// <summary>Compares two sets.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>Whether both hold the same names.</returns>
    public bool Equals(NodeSet? other) => other is not null && Names.AsSpan().SequenceEqual(other.Names.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NodeSet);

    /// <inheritdoc/>
    public override int GetHashCode() => Count == 0 ? 0 : HashCode.Combine(Count, Names[0], Names[^1]);

    /// <summary>Goes through the names in natural order.</summary>
    /// <returns>An enumerator that allocates nothing.</returns>
    public ImmutableArray<NodeName>.Enumerator GetEnumerator() => Names.GetEnumerator();

    IEnumerator<NodeName> IEnumerable<NodeName>.GetEnumerator() => ((IEnumerable<NodeName>)Names).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Names).GetEnumerator();

    private static NodeSet Create(NodeName[] names)
    {
        if (names.Length == 0) return Empty;
        var order = NaturalOrder.Instance;
        var next = 1;
        while (next < names.Length && order.Compare(names[next - 1], names[next]) < 0) next++;
        if (next < names.Length)
        {
            // Names are most often in order already; sorting is for those that are not.
            NaturalOrder.Sort(names);
            var kept = 1;
            for (var i = 1; i < names.Length; i++)
                if (names[i] != names[kept - 1]) names[kept++] = names[i];
            if (kept < names.Length) names = names[..kept];
        }

        return new(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(names));
    }
}
