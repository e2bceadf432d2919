using System.Globalization;

namespace Kadeploy.Engine.BootServices;

/// <summary>The part of a file that is sent: RFC 9110 §14.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="IsPart">Whether a part was asked for.</param>
internal readonly record struct ByteRange(long Offset, long Length, bool IsPart)
{
    /// <summary>Finds what is to be sent.</summary>
    /// <param name="range">The field's value, or null.</param>
    /// <param name="length">The length of the file.</param>
    /// <returns>All of it for no range, for several and for those that cannot be read, as a server may (RFC 9110 §14.2); null when the range
    /// lies outside of the file.</returns>
    public static ByteRange? Of(string? range, long length)
    {
        var all = new ByteRange(0, length, false);
        if (range is null || !range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return all;
        if (range[6..].Trim().Split('-') is not [var first, var last]) return all;
        if (first.Length == 0)
        {
            if (!Number(last, out var suffix)) return all;
            var count = Math.Min(suffix, length);
            return count == 0 ? null : new(length - count, count, true);
        }

        if (!Number(first, out var from)) return all;
        var to = length - 1;
        if (last.Length > 0)
        {
            if (!Number(last, out var end) || end < from) return all;
            to = Math.Min(end, to);
        }

        return from >= length ? null : new(from, to - from + 1, true);
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
