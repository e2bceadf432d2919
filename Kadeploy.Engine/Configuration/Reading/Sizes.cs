using System.Globalization;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads amounts of bytes, such as <c>100 GB</c> or <c>512 MiB</c>.</summary>
internal static partial class Sizes
{
    /// <summary>Says how they are written.</summary>
    public const string Expected = "a number with MB, GB, TB (powers of 1000) or MiB, GiB, TiB (powers of 1024)";

    private static readonly Dictionary<string, double> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        ["B"] = 1, ["kB"] = 1e3, ["MB"] = 1e6, ["GB"] = 1e9, ["TB"] = 1e12, ["PB"] = 1e15,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40, ["PiB"] = 1L << 50,
    };

    /// <summary>Reads an amount.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Bytes, from 1; null when it is none.</returns>
    public static long? Parse(string text)
    {
        if (Pattern().Match(text.Trim()) is not { Success: true } match || !Units.TryGetValue(match.Groups[2].Value, out var unit)) return null;
        // Exact for whole numbers, which a double is not.
        if (long.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return whole >= 1 && whole < 1e18 / unit ? whole * (long)unit : null;
        var bytes = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit;
        return bytes is >= 1 and < 1e18 ? (long)bytes : null;
    }

    /// <summary>Gives an amount of bytes.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key.</param>
    /// <returns>Bytes, from 1; null when it is absent or none.</returns>
    public static long? Size(this Section section, string key)
    {
        if (section.Text(key) is not { } text) return null;
        if (Parse(text) is { } bytes) return bytes;
        section.Problem(key, $"is '{Quoted.Text(text)}'; write {Expected}");
        return null;
    }

    /// <summary>Writes an amount so that it is read again as the same.</summary>
    /// <param name="bytes">Bytes, from 1.</param>
    /// <returns>Such as <c>100 GB</c>, in the largest unit of which there is a whole number.</returns>
    public static string Format(long bytes)
    {
        var unit = Units.Where(unit => bytes % (long)unit.Value == 0).MaxBy(static unit => unit.Value);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / (long)unit.Value} {unit.Key}");
    }

    [GeneratedRegex(@"\A([0-9]{1,18}(?:\.[0-9]{1,6})?) ?([A-Za-z]{1,3})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
