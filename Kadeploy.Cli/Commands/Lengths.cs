using System.CommandLine.Parsing;
using System.Globalization;

namespace Kadeploy.Cli.Commands;

/// <summary>Reads lengths of time in options.</summary>
internal static class Lengths
{
    private static readonly (string Unit, double Seconds)[] Units = [("s", 1), ("min", 60), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604800)];

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
        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: '{Printable.Text(text)}' was given, but a length of time, such as 90s, 30min, 2h, 1d12h or 2w, is expected");
        return default;
    }
}
