using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Kadeploy;

/// <summary>The names of one shape as a table of their numbers, a row for each name, and the way to fold it.</summary>
/// <remarks>
/// Folding takes one column after the other: rows that are equal in all other columns become one, whose cell in that column is the set of
/// theirs. Every row always stands for the product of its cells, and no name is ever in two rows: whatever the order of columns, the result
/// is exact. The order decides how short it is.
/// <para>Numbers are kept as <see cref="NumberRanges"/> says and are positive; a set is −1 − its place in the list of sets.</para>
/// </remarks>
internal sealed class NumberTable(string shape, int columns)
{
    // The sets in cells, written; made with the first.
    private List<string>? _sets;
    private Dictionary<string, int>? _setNumbers;
    private List<long> _cells = [];
    private List<int> _ranks = [];
    private ulong[] _hashes = [];

    public string Shape => shape;

    /// <summary>Adds a name.</summary>
    /// <param name="numbers">Its numbers, one for each column.</param>
    /// <param name="rank">Its place among all names; rises from call to call.</param>
    public void Add(ReadOnlySpan<long> numbers, int rank)
    {
        _cells.AddRange(numbers);
        _ranks.Add(rank);
    }

    /// <summary>Folds the table.</summary>
    /// <param name="folded">Receives each folded name in the place that is the rank of its first.</param>
    /// <param name="text">Room to write in.</param>
    public void Fold(Span<string?> folded, StringBuilder text)
    {
        HashRows();
        foreach (var column in Order()) Merge(column, text);
        for (var row = 0; row < _ranks.Count; row++) folded[_ranks[row]] = Text(row, text);
    }

    private void HashRows()
    {
        _hashes = new ulong[_ranks.Count];
        var cells = CollectionsMarshal.AsSpan(_cells);
        for (var row = 0; row < _hashes.Length; row++)
        {
            for (var column = 0; column < columns; column++)
                _hashes[row] += Mix(cells[(row * columns) + column], column);
        }
    }

    private bool Varies(int column)
    {
        var cells = CollectionsMarshal.AsSpan(_cells);
        for (var i = column + columns; i < cells.Length; i += columns)
            if (cells[i] != cells[column]) return true;
        return false;
    }

    /// <summary>Orders the columns that are worth folding: those that leave the fewest rows come first.</summary>
    private int[] Order()
    {
        var varying = Enumerable.Range(0, columns).Where(Varies).ToArray();
        if (varying.Length < 2) return varying;
        // A column that joins no rows now will join none when other columns are folded. Of equal ones, the later: people count in the last number.
        return varying.Select(column => (Column: column, Group(column).Groups))
            .Where(each => each.Groups < _ranks.Count)
            .OrderBy(static each => each.Groups).ThenByDescending(static each => each.Column)
            .Select(static each => each.Column).ToArray();
    }

    /// <summary>Finds the rows that are equal in all columns but one.</summary>
    /// <returns>The group of each row; groups are numbered by their first rows.</returns>
    private (int[] GroupOf, int Groups) Group(int column)
    {
        var rows = _ranks.Count;
        var cells = CollectionsMarshal.AsSpan(_cells);
        var groupOf = new int[rows];
        var firstRows = new int[rows];
        var hashes = new ulong[rows];
        // Open addressing: the place holds a group's number plus 1.
        var places = new int[BitOperations.RoundUpToPowerOf2((uint)rows * 2)];
        var mask = (ulong)places.Length - 1;
        var groups = 0;
        for (var row = 0; row < rows; row++)
        {
            var hash = _hashes[row] - Mix(cells[(row * columns) + column], column);
            var place = (hash ^ (hash >> 32)) & mask;
            while (true)
            {
                var group = places[place] - 1;
                if (group < 0)
                {
                    group = groups++;
                    places[place] = groups;
                    firstRows[group] = row;
                    hashes[group] = hash;
                }
                else if (hashes[group] != hash || !EqualBut(cells, row, firstRows[group], column))
                {
                    place = (place + 1) & mask;
                    continue;
                }

                groupOf[row] = group;
                break;
            }
        }

        return (groupOf, groups);
    }

    private bool EqualBut(ReadOnlySpan<long> cells, int row, int other, int column)
    {
        var left = cells.Slice(row * columns, columns);
        var right = cells.Slice(other * columns, columns);
        return left[..column].SequenceEqual(right[..column]) && left[(column + 1)..].SequenceEqual(right[(column + 1)..]);
    }

    private void Merge(int column, StringBuilder text)
    {
        var (groupOf, groups) = Group(column);
        var rows = groupOf.Length;
        if (groups == rows) return;

        // The column's numbers, group after group.
        var ends = new int[groups + 1];
        foreach (var group in groupOf) ends[group + 1]++;
        for (var group = 0; group < groups; group++) ends[group + 1] += ends[group];
        var filled = ends.AsSpan(0, groups).ToArray();
        var numbers = new long[rows];
        var firstRows = new int[groups];
        for (var row = rows - 1; row >= 0; row--) firstRows[groupOf[row]] = row;
        for (var row = 0; row < rows; row++) numbers[filled[groupOf[row]]++] = _cells[(row * columns) + column];

        var cells = new List<long>(groups * columns);
        var ranks = new List<int>(groups);
        var hashes = new ulong[groups];
        for (var group = 0; group < groups; group++)
        {
            var row = firstRows[group];
            var set = numbers.AsSpan(ends[group]..ends[group + 1]);
            var cell = set.Length == 1 ? set[0] : -1 - SetNumber(set, text);
            cells.AddRange(CollectionsMarshal.AsSpan(_cells).Slice(row * columns, columns));
            hashes[group] = _hashes[row] - Mix(cells[(group * columns) + column], column) + Mix(cell, column);
            cells[(group * columns) + column] = cell;
            ranks.Add(_ranks[row]);
        }

        (_cells, _ranks, _hashes) = (cells, ranks, hashes);
    }

    private int SetNumber(Span<long> numbers, StringBuilder text)
    {
        numbers.Sort();
        text.Clear();
        NumberRanges.AppendGroup(text, numbers);
        var group = text.ToString();
        _sets ??= [];
        _setNumbers ??= new(StringComparer.Ordinal);
        if (_setNumbers.TryGetValue(group, out var number)) return number;
        _sets.Add(group);
        _setNumbers.Add(group, _sets.Count - 1);
        return _sets.Count - 1;
    }

    private string Text(int row, StringBuilder text)
    {
        text.Clear();
        var column = 0;
        foreach (var piece in shape.AsSpan().Split('#'))
        {
            if (piece.Start.Value > 0)
            {
                var cell = _cells[(row * columns) + column++];
                if (cell < 0) text.Append(_sets![(int)(-1 - cell)]); // Only sets are negative, so there are some.
                else NumberRanges.AppendDigits(text, cell);
            }

            text.Append(shape.AsSpan(piece));
        }

        return text.ToString();
    }

    // Sums of these are taken apart again, so that a row's hash without one column costs one subtraction.
    private static ulong Mix(long cell, int column)
    {
        var mixed = ((ulong)cell * 0x9E3779B97F4A7C15) + ((ulong)(column + 1) * 0xD6E8FEB86659FD93);
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        return mixed ^ (mixed >> 29);
    }
}
