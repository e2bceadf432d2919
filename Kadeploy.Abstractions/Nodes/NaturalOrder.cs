namespace Kadeploy;

/// <summary>Orders names as people do: text by character, numbers by value, so that <c>a-9</c> comes before <c>a-10</c>.</summary>
/// <remarks>A total order: where only the zeros in front of numbers differ, the first number with fewer of them decides (1, 01, 001).</remarks>
public sealed class NaturalOrder : IComparer<NodeName>
{
    private NaturalOrder()
    {
    }

    /// <summary>Gets the order.</summary>
    public static NaturalOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(NodeName x, NodeName y) => Compare(x.Value, y.Value);

    /// <summary>Sorts names, each with a key of its first characters that differ, so that most comparisons look at no text.</summary>
    internal static void Sort(Span<NodeName> names)
    {
        if (names.Length < 2) return;
        var common = names[0].Value.AsSpan();
        foreach (var name in names) common = common[..common.CommonPrefixLength(name.Value)];
        var shared = common.TrimEnd("0123456789").Length;
        var keyed = new Keyed[names.Length];
        for (var i = 0; i < keyed.Length; i++) keyed[i] = new(Key(names[i].Value.AsSpan(shared)), names[i]);
        Array.Sort(keyed);
        for (var i = 0; i < keyed.Length; i++) names[i] = keyed[i].Name;
    }

    /// <summary>Gives eight bytes that are in the order of the texts where they differ: characters, and numbers as length and digits.</summary>
    private static ulong Key(ReadOnlySpan<char> text)
    {
        // Lengths are written as characters between those that come before digits ('-', '.') and those after them ('_', letters).
        const int LongestNumber = '_' - '0' - 1;
        var key = 0UL;
        var free = 8;
        while (free > 0 && text.Length > 0)
        {
            if (!char.IsAsciiDigit(text[0]))
            {
                key |= (ulong)text[0] << (--free * 8);
                text = text[1..];
                continue;
            }

            var number = Number(text);
            text = text[number.Length..];
            number = number.TrimStart('0');
            key |= (ulong)('0' + Math.Min(number.Length, LongestNumber)) << (--free * 8);
            if (number.Length >= LongestNumber) break;
            foreach (var digit in number[..Math.Min(number.Length, free)]) key |= (ulong)digit << (--free * 8);
        }

        return key;
    }

    private static int Compare(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var i = a.CommonPrefixLength(b);
        if (i == a.Length && i == b.Length) return 0;
        // The difference may lie inside of a number, which counts as a whole.
        while (i > 0 && char.IsAsciiDigit(a[i - 1])) i--;

        var j = i;
        var padding = 0;
        while (i < a.Length && j < b.Length)
        {
            if (!char.IsAsciiDigit(a[i]) || !char.IsAsciiDigit(b[j]))
            {
                if (a[i] != b[j]) return a[i] - b[j];
                i++;
                j++;
                continue;
            }

            var first = Number(a[i..]);
            var second = Number(b[j..]);
            var order = CompareNumbers(first, second);
            if (order != 0) return order;
            if (padding == 0) padding = first.Length - second.Length;
            i += first.Length;
            j += second.Length;
        }

        var rest = (a.Length - i) - (b.Length - j);
        return rest != 0 ? rest : padding;
    }

    private static ReadOnlySpan<char> Number(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text : text[..end];
    }

    // By digits, not by value: a number may be longer than any integer type.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
    }

    private readonly struct Keyed(ulong key, NodeName name) : IComparable<Keyed>
    {
        public NodeName Name => name;

        private ulong SortKey => key;

        public int CompareTo(Keyed other) =>
            key != other.SortKey ? key.CompareTo(other.SortKey) : NaturalOrder.Compare(name.Value, other.Name.Value);
    }
}
