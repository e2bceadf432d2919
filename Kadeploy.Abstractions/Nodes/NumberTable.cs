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

    // What Group finds: the group of each row, and of each group its first row and its hash. There are never more rows than at first, so these
    // are made once.
    private int[] _groupOf = [];
    private int[] _firstRows = [];
    private ulong[] _groupHashes = [];
    private int[] _places = [];

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
        var varying = Enumerable.Range(0, columns).Where(Varies).ToArray();
        if (varying.Length == 1)
        {
            JoinAll(varying[0], text);
        }
        else
        {
            Prepare();
            foreach (var column in Order(varying)) Join(column, text);
        }

        for (var row = 0; row < _ranks.Count; row++) folded[_ranks[row]] = Text(row, text);
    }

    private void Prepare()
    {
        var rows = _ranks.Count;
        var cells = CollectionsMarshal.AsSpan(_cells);
        _hashes = new ulong[rows];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                _hashes[row] += Mix(cells[(row * columns) + column], column);
        }

        _groupOf = new int[rows];
        _firstRows = new int[rows];
        _groupHashes = new ulong[rows];
        // Open addressing, at most half full: the place holds a group's number plus 1.
        _places = new int[BitOperations.RoundUpToPowerOf2((uint)rows * 2)];
    }

    private bool Varies(int column)
    {
        var cells = CollectionsMarshal.AsSpan(_cells);
        for (var i = column + columns; i < cells.Length; i += columns)
            if (cells[i] != cells[column]) return true;
        return false;
    }

    /// <summary>Orders the columns that are worth folding: those that leave the fewest rows come first.</summary>
    private int[] Order(int[] varying)
    {
        // A column that joins no rows now will join none when other columns are folded. Of equal ones, the later: people count in the last number.
        return varying.Select(column => (Column: column, Groups: Group(column)))
            .Where(each => each.Groups < _ranks.Count)
            .OrderBy(static each => each.Groups).ThenByDescending(static each => each.Column)
            .Select(static each => each.Column).ToArray();
    }

    /// <summary>Finds the rows that are equal in all columns but one.</summary>
    /// <returns>The number of groups; groups are numbered in the order of their first rows.</returns>
    private int Group(int column)
    {
        var rows = _ranks.Count;
        var cells = CollectionsMarshal.AsSpan(_cells);
        var mask = (ulong)_places.Length - 1;
        var groups = 0;
        Array.Clear(_places);
        for (var row = 0; row < rows; row++)
        {
            var hash = _hashes[row] - Mix(cells[(row * columns) + column], column);
            var place = (hash ^ (hash >> 32)) & mask;
            while (true)
            {
                var group = _places[place] - 1;
                if (group < 0)
                {
                    group = groups++;
                    _places[place] = groups;
                    _firstRows[group] = row;
                    _groupHashes[group] = hash;
                }
                else if (_groupHashes[group] != hash || !EqualBut(cells, row, _firstRows[group], column))
                {
                    place = (place + 1) & mask;
                    continue;
                }

                _groupOf[row] = group;
                break;
            }
        }

        return groups;
    }

    private bool EqualBut(ReadOnlySpan<long> cells, int row, int other, int column)
    {
        var left = cells.Slice(row * columns, columns);
        var right = cells.Slice(other * columns, columns);
        return left[..column].SequenceEqual(right[..column]) && left[(column + 1)..].SequenceEqual(right[(column + 1)..]);
    }

    /// <summary>Makes one row of each group of rows that differ in one column only.</summary>
    private void Join(int column, StringBuilder text)
    {
        var rows = _ranks.Count;
        var groups = Group(column);
        if (groups == rows) return;

        // The column's numbers, group after group; a group's end is where the next one begins.
        var begins = new int[groups + 1];
        for (var row = 0; row < rows; row++) begins[_groupOf[row] + 1]++;
        for (var group = 0; group < groups; group++) begins[group + 1] += begins[group];
        var next = begins.AsSpan(0, groups).ToArray();
        var numbers = new long[rows];
        for (var row = 0; row < rows; row++) numbers[next[_groupOf[row]]++] = _cells[(row * columns) + column];

        var cells = new List<long>(groups * columns);
        for (var group = 0; group < groups; group++)
        {
            // A group's first row never comes before the group: rows are overwritten only after they were read.
            var row = _firstRows[group];
            var set = numbers.AsSpan(begins[group]..begins[group + 1]);
            var cell = set.Length == 1 ? set[0] : -1 - SetNumber(set, text);
            cells.AddRange(CollectionsMarshal.AsSpan(_cells).Slice(row * columns, columns));
            cells[(group * columns) + column] = cell;
            _hashes[group] = _groupHashes[group] + Mix(cell, column);
            _ranks[group] = _ranks[row];
        }

        _cells = cells;
        _ranks.RemoveRange(groups, rows - groups);
    }

    /// <summary>Makes one row of all, which differ in one column only: the most common case needs no search.</summary>
    private void JoinAll(int column, StringBuilder text)
    {
        var numbers = new long[_ranks.Count];
        for (var row = 0; row < numbers.Length; row++) numbers[row] = _cells[(row * columns) + column];
        _cells[column] = -1 - SetNumber(numbers, text);
        _ranks.RemoveRange(1, _ranks.Count - 1);
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
