using System.Buffers;
using System.Globalization;

namespace Kadeploy;

/// <summary>Reads one text of folded names and adds what it stands for to a list.</summary>
/// <param name="text">The text; of a file, one line without its comment.</param>
/// <param name="subject">How messages begin: what is read, and where.</param>
/// <param name="names">Receives the names, in the order in which they are written, repeated or not.</param>
internal sealed class NodeSetParser(string text, string subject, List<NodeName> names)
{
    /// <summary>The longest number that is counted with; 18 digits always fit in a <see cref="long"/>.</summary>
    public const int MaximumDigits = 18;

    private const int QuotedLength = 80;

    private const string AllowedInNames =
        "names are made of letters, digits, '.', '-' and '_', with ranges such as [1-10,12], and are parted by commas or white space";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    private readonly List<Part> _parts = [];

    private int _position;

    public void Parse()
    {
        SkipSpace();
        if (_position == text.Length) return;
        while (true)
        {
            Entry();
            SkipSpace();
            if (_position == text.Length) return;
            if (text[_position] != ',') continue;
            var comma = _position++;
            SkipSpace();
            if (_position == text.Length) throw Error(comma, "a name is missing after this comma");
        }
    }

    private void Entry()
    {
        var start = _position;
        _parts.Clear();
        while (_position < text.Length && text[_position] != ',' && !char.IsWhiteSpace(text[_position]))
            _parts.Add(text[_position] == '[' ? Group() : Literal());

        if (_parts.Count == 0) throw Error(start, "a name is missing before this comma");
        if (text[start] is '.' or '-' or '_') throw Error(start, "a name begins with a letter or a digit");
        if (text[_position - 1] is '.' or '-' or '_') throw Error(_position - 1, "a name ends with a letter or a digit");

        var count = 1L;
        var length = 0;
        foreach (var part in _parts)
        {
            length += part.Length;
            if (length > NodeName.MaximumLength)
                throw Error(start, $"this gives names of more than {NodeName.MaximumLength} characters, the longest that a host name may be");
            // Neither factor is above 10 ^ 18; the product is taken only where it cannot overflow.
            count = part.Count > NodeSet.MaximumCount ? long.MaxValue : count * part.Count;
            if (count > NodeSet.MaximumCount - names.Count)
                throw Error(start, $"this makes it more than {NodeSet.MaximumCount:N0} nodes, the most that one set may hold");
        }

        if (_parts.Count == 1 && _parts[0].Items is null)
            names.Add(NodeName.Parse(text.AsSpan(start, _position - start)));
        else
            Expand(0, stackalloc char[NodeName.MaximumLength], 0);
    }

    private Part Literal()
    {
        var start = _position;
        var end = text.AsSpan(start).IndexOfAnyExcept(NameCharacters);
        _position = end < 0 ? text.Length : start + end;
        if (_position > start) return new(start, _position - start, null, 1);
        throw Error(start, text[start] == ']' ? "this ']' has no '['" : $"character {Printable.Character(text[start])} is not allowed; {AllowedInNames}");
    }

    private Part Group()
    {
        var open = _position++;
        var items = new List<Item>();
        var longest = 0;
        var count = 0L;
        if (_position < text.Length && text[_position] == ']')
            throw Error(open, "these brackets are empty; write numbers and ranges in them, such as [1-10,12]");
        while (true)
        {
            var item = Range(open);
            items.Add(item);
            longest = Math.Max(longest, item.Length);
            // 10 ^ 18 cannot be reached by adding to less than a million.
            if (count <= NodeSet.MaximumCount) count += item.Last - item.First + 1;
            if (_position == text.Length) throw Unclosed(open);
            var separator = text[_position++];
            if (separator == ']') return new(open, longest, items, count);
            if (separator != ',') throw NotInBrackets(_position - 1);
        }
    }

    private Item Range(int open)
    {
        var start = _position;
        var first = Number(open);
        var width = _position - start;
        if (_position == text.Length || text[_position] != '-') return new(first, first, width);
        _position++;
        var second = _position;
        var last = Number(open);
        if (last < first)
        {
            throw Error(start,
                $"the range {text[start.._position]} runs backwards; write {text[second.._position]}-{text[start..(second - 1)]}");
        }

        // As in Kadeploy 3: bounds of one length keep it for every number between them.
        return new(first, last, width == _position - second ? width : 0);
    }

    private long Number(int open)
    {
        var start = _position;
        while (_position < text.Length && char.IsAsciiDigit(text[_position])) _position++;
        if (_position == start)
        {
            if (start == text.Length) throw Unclosed(open);
            throw text[start] is ',' or '-' or ']'
                ? Error(start, $"a number is missing before this '{text[start]}'")
                : NotInBrackets(start);
        }

        return _position - start <= MaximumDigits
            ? long.Parse(text.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture)
            : throw Error(start, $"this number has {_position - start} digits; in brackets, at most {MaximumDigits} are allowed");
    }

    // As deep as there are parts, of which each adds a character at least: never more than a name is long.
    private void Expand(int index, Span<char> name, int length)
    {
        if (index == _parts.Count)
        {
            names.Add(NodeName.Parse(name[..length]));
            return;
        }

        var part = _parts[index];
        if (part.Items is null)
        {
            text.AsSpan(part.Start, part.Length).CopyTo(name[length..]);
            Expand(index + 1, name, length + part.Length);
            return;
        }

        foreach (var item in part.Items)
        {
            for (var number = item.First; number <= item.Last; number++)
            {
                var digits = Math.Max(item.Width, Digits(number));
                var rest = number;
                for (var i = length + digits - 1; i >= length; i--)
                {
                    name[i] = (char)('0' + (rest % 10));
                    rest /= 10;
                }

                Expand(index + 1, name, length + digits);
            }
        }
    }

    private static int Digits(long number)
    {
        var digits = 1;
        while ((number /= 10) > 0) digits++;
        return digits;
    }

    private void SkipSpace()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position])) _position++;
    }

    private FormatException Unclosed(int open) => Error(open, "this '[' has no ']'");

    private FormatException NotInBrackets(int position) =>
        Error(position, $"character {Printable.Character(text[position])} is not allowed in brackets; digits, '-' and ',' are");

    private FormatException Error(int position, string what) => new($"{subject} {Quote(position)}, position {position + 1}: {what}");

    /// <summary>Quotes the text, or what is around the position where it is long, without characters that a terminal would obey.</summary>
    private string Quote(int position)
    {
        var start = Math.Max(0, Math.Min(position - (QuotedLength / 2), text.Length - QuotedLength));
        var end = Math.Min(text.Length, start + QuotedLength);
        return $"'{(start > 0 ? "…" : "")}{Printable.Text(text.AsSpan(start..end))}{(end < text.Length ? "…" : "")}'";
    }

    /// <summary>A piece of a name: text as it is where <paramref name="Items"/> is null, otherwise a bracket group.</summary>
    /// <param name="Start">Where it starts in the text, from 0.</param>
    /// <param name="Length">The longest that it can become, in characters.</param>
    /// <param name="Items">What the group lists.</param>
    /// <param name="Count">How many alternatives it stands for.</param>
    private readonly record struct Part(int Start, int Length, List<Item>? Items, long Count);

    /// <summary>A range of a group, or a number as a range of one.</summary>
    /// <param name="First">The first number.</param>
    /// <param name="Last">The last number.</param>
    /// <param name="Width">The number of digits to which numbers are filled with zeros; 0 for plain numbers.</param>
    private readonly record struct Item(long First, long Last, int Width)
    {
        /// <summary>Gets the number of characters of the longest number.</summary>
        public int Length => Math.Max(Width, Digits(Last));
    }
}
