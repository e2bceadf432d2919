using System.Collections.Immutable;
using System.Text;

namespace Kadeploy;

/// <summary>Folds names: those that differ in their numbers only are gathered, and each such shape is folded by itself.</summary>
/// <remarks>
/// A shape is a name with '#' in the place of each number, <c>r#-n#.site</c>; '#' is in no name. Shape and numbers together give
/// the name back, so what is exact for the numbers is exact for the names. Numbers of more than <see cref="NodeSetParser.MaximumDigits"/>
/// digits stay in the shape as text.
/// </remarks>
internal static class NodeSetFolder
{
    /// <summary>Folds names.</summary>
    /// <param name="names">Names, each once, in natural order.</param>
    /// <returns>Folded names in the order of their first nodes.</returns>
    public static ImmutableArray<string> Fold(ReadOnlySpan<NodeName> names)
    {
        var shapes = new Dictionary<ulong, int>();
        var tables = new List<(int FirstRank, NumberTable? Table)>();
        Span<char> shape = stackalloc char[NodeName.MaximumLength];
        Span<long> numbers = stackalloc long[(NodeName.MaximumLength + 1) / 2];
        Span<char> firstShape = stackalloc char[NodeName.MaximumLength];
        Span<long> firstNumbers = stackalloc long[(NodeName.MaximumLength + 1) / 2];
        NumberTable? table = null;
        for (var rank = 0; rank < names.Length; rank++)
        {
            var (length, count) = Split(names[rank].Value, shape, numbers);
            // In natural order, names of one shape mostly follow each other.
            if (table is null || !shape[..length].SequenceEqual(table.Shape))
            {
                // Shapes are found by their hashes; one that another shape has taken is counted up.
                var hash = Hash(shape[..length]);
                bool known;
                int index;
                while ((known = shapes.TryGetValue(hash, out index))
                    && !HasShape(names[tables[index].FirstRank].Value, shape[..length], firstShape, firstNumbers)) hash++;
                if (!known)
                {
                    // Scattered names have thousands of shapes with a single name: those get neither a table nor a string.
                    shapes.Add(hash, tables.Count);
                    tables.Add((rank, null));
                    table = null;
                    continue;
                }

                (var firstRank, table) = tables[index];
                if (table is null)
                {
                    table = new(shape[..length].ToString(), count);
                    table.Add(firstNumbers[..count], firstRank);
                    tables[index] = (firstRank, table);
                }
            }

            table.Add(numbers[..count], rank);
        }

        var folded = new string?[names.Length];
        var text = new StringBuilder();
        foreach (var (rank, each) in tables)
        {
            if (each is null) folded[rank] = names[rank].Value;
            else each.Fold(folded, text);
        }

        return [.. folded.OfType<string>()];
    }

    private static bool HasShape(ReadOnlySpan<char> name, ReadOnlySpan<char> shape, Span<char> itsShape, Span<long> itsNumbers)
    {
        var (length, _) = Split(name, itsShape, itsNumbers);
        return shape.SequenceEqual(itsShape[..length]);
    }

    // FNV-1a.
    private static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }

    private static (int Length, int Count) Split(ReadOnlySpan<char> name, Span<char> shape, Span<long> numbers)
    {
        var length = 0;
        var count = 0;
        for (var i = 0; i < name.Length;)
        {
            if (!char.IsAsciiDigit(name[i]))
            {
                shape[length++] = name[i++];
                continue;
            }

            var start = i;
            var number = 1L;
            for (; i < name.Length && char.IsAsciiDigit(name[i]); i++)
                if (i - start < NodeSetParser.MaximumDigits) number = (number * 10) + (name[i] - '0');
            if (i - start <= NodeSetParser.MaximumDigits)
            {
                shape[length++] = '#';
                numbers[count++] = number;
            }
            else
            {
                name[start..i].CopyTo(shape[length..]);
                length += i - start;
            }
        }

        return (length, count);
    }
}
