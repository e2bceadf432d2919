using System.Globalization;
using System.Text;

namespace Kadeploy;

/// <summary>Writes sets of digit strings as ranges.</summary>
/// <remarks>
/// A string of up to 18 digits is kept as the number that a 1 in front of it makes: <c>007</c> is 1007. No two strings make the same number,
/// and numbers are ordered by the length of the string, then by its value.
/// </remarks>
internal static class NumberRanges
{
    /// <summary>Writes one string of digits.</summary>
    public static void AppendDigits(StringBuilder text, long number)
    {
        Span<char> digits = stackalloc char[NodeSetParser.MaximumDigits + 1];
        number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        text.Append(digits[1..length]);
    }

    /// <summary>Writes strings as a bracket group, such as <c>[1-10,12]</c>.</summary>
    /// <param name="text">Receives the group.</param>
    /// <param name="numbers">The strings, in order, each once.</param>
    public static void AppendGroup(StringBuilder text, ReadOnlySpan<long> numbers)
    {
        text.Append('[');
        for (var i = 0; i < numbers.Length;)
        {
            if (i > 0) text.Append(',');
            var first = numbers[i];
            var power = Power(first);
            // Plain numbers may go on with one more digit: 9-10. Those with zeros in front may not, or the zeros would be lost.
            var plain = power == 10 || first - power >= power / 10;
            var last = first;
            while (++i < numbers.Length)
            {
                if (numbers[i] == last + 1)
                {
                    last++;
                }
                else if (plain && last == (2 * power) - 1 && power < MaximumPower && numbers[i] == 11 * power)
                {
                    last = numbers[i];
                    power *= 10;
                }
                else
                {
                    break;
                }
            }

            AppendDigits(text, first);
            if (last == first) continue;
            text.Append('-');
            AppendDigits(text, last);
        }

        text.Append(']');
    }

    private const long MaximumPower = 1_000_000_000_000_000_000;

    private static long Power(long number)
    {
        var power = 10L;
        while (power < MaximumPower && number >= 2 * power) power *= 10;
        return power;
    }
}
