using System.CommandLine.Parsing;
using System.Globalization;

namespace Kadeploy.Cli.Commands;

/// <summary>Reads moments and lengths of time in options.</summary>
internal static class Moments
{
    /// <summary>How moments are written, for descriptions of options.</summary>
    public const string Form = "as 2026-03-01 10:00, with :ss, Z or +01:00 if wanted; or @SECONDS since 1970, or 'now'. Without a zone it is local time";

    private static readonly string[] Forms = [.. from day in new[] { "yyyy-MM-dd" } from between in new[] { "' '", "'T'" } from time in new[] { "HH:mm", "HH:mm:ss" } select $"{day}{between}{time}K"];

    private static readonly (string Unit, double Seconds)[] Units = [("s", 1), ("min", 60), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604800)];

    /// <summary>Reads a moment.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The moment.</returns>
    public static DateTimeOffset Moment(ArgumentResult result)
    {
        var text = result.Tokens is [.., var last] ? last.Value.Trim() : "";
        if (text == "now") return TimeProvider.System.GetUtcNow();
        // The farthest that .NET can write is the end of the year 9999.
        if (text.StartsWith('@') && long.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253402300799)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment)) return moment;
        Wrong(result, text, "a moment, such as '2026-03-01 10:00', '2026-03-01T10:00:00Z' or '@1772359200',");
        return default;
    }

    /// <summary>Reads a length of time.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The length; more than nothing.</returns>
    public static TimeSpan Length(ArgumentResult result)
    {
        var text = result.Tokens is [.., var last] ? last.Value.Trim() : "";
        var total = 0.0;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9) break;
            var number = long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var end = rest.IndexOfAnyInRange('0', '9') is var next and >= 0 ? next : rest.Length;
            var name = rest[..end].Trim().ToString();
            var unit = Array.Find(Units, one => one.Unit == name);
            if (unit.Unit is null) break;
            total += number * unit.Seconds;
            rest = rest[end..];
        }

        if (rest.Length == 0 && total > 0 && total < TimeSpan.MaxValue.TotalSeconds) return TimeSpan.FromSeconds(total);
        Wrong(result, text, "a length of time, such as 90s, 30min, 2h, 1d12h or 2w,");
        return default;
    }

    private static void Wrong(ArgumentResult result, string given, string expected) =>
        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: '{Printable.Text(given)}' was given, but {expected} is expected");
}
