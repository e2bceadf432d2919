using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kadeploy;

/// <summary>A 48-bit hardware address (IEEE 802, EUI-48).</summary>
public readonly record struct MacAddress : ISpanParsable<MacAddress>
{
    private readonly ulong _bits;

    private MacAddress(ulong bits) => _bits = bits;

    /// <summary>Reads an address.</summary>
    /// <param name="s">Twelve hexadecimal digits, in pairs parted by ':' or '-', or together.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>The address.</returns>
    /// <exception cref="FormatException">The text is no such address; the message quotes it.</exception>
    public static MacAddress Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result)
            ? result
            : throw new FormatException($"'{Printable.Text(s)}' is no hardware address; write six pairs of hexadecimal digits, such as 52:54:00:12:34:56");

    /// <summary>Reads an address without throwing.</summary>
    /// <param name="s">As for <see cref="Parse(string, IFormatProvider?)"/>.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The address, or all zeros.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MacAddress result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out MacAddress)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result)
    {
        result = default;
        Span<char> digits = stackalloc char[12];
        if (s.Length == 12)
        {
            s.CopyTo(digits);
        }
        else if (s.Length == 17 && s[2] is ':' or '-')
        {
            for (var pair = 0; pair < 6; pair++)
            {
                if (pair > 0 && s[(pair * 3) - 1] != s[2]) return false;
                s.Slice(pair * 3, 2).CopyTo(digits[(pair * 2)..]);
            }
        }
        else
        {
            return false;
        }

        // The parser of numbers alone would take zero bytes at the end.
        foreach (var digit in digits)
            if (!char.IsAsciiHexDigit(digit)) return false;
        if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)) return false;
        result = new(bits);
        return true;
    }

    /// <summary>Gives the address in pairs, lower case, parted by ':'.</summary>
    /// <returns>For example <c>52:54:00:12:34:56</c>.</returns>
    public override string ToString()
    {
        var bits = _bits;
        return string.Create(17, bits, static (span, value) =>
        {
            for (var pair = 0; pair < 6; pair++)
            {
                var octet = (byte)(value >> (40 - (pair * 8)));
                octet.TryFormat(span[(pair * 3)..], out _, "x2", CultureInfo.InvariantCulture);
                if (pair < 5) span[(pair * 3) + 2] = ':';
            }
        });
    }
}
