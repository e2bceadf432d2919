using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kadeploy.Cli.Commands;

/// <summary>Reads moments as people write them, and refuses what could mean two of them.</summary>
/// <param name="time">Tells the time now and the local time zone.</param>
/// <param name="past">Whether lengths of time stand for how long ago; where moments are to come, they would be taken for the opposite.</param>
internal sealed partial class Moments(TimeProvider time, bool past = true)
{
    /// <summary>Gets what may be written where moments are to come.</summary>
    public static string Absolute => "2026-01-31, '2026-01-31 14:30:00' (local time), 2026-01-31T14:30:00Z, @SECONDS since 1970, now, today, tomorrow, yesterday";

    /// <summary>Gets what may be written where moments are past.</summary>
    public static string Forms => $"{Absolute}, or how long ago: 90min, 12h, 7d, 4w";

    private static readonly string[] LocalForms = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    private static readonly string[] OffsetForms = [.. LocalForms.Select(static form => form + "zzz")];

    /// <summary>Reads a moment.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="end">Whether a day stands for its end, as behind "until", or for its beginning.</param>
    /// <param name="moment">The moment.</param>
    /// <returns>Null, or what is wrong.</returns>
    public string? Read(string text, bool end, out DateTimeOffset moment)
    {
        var written = text.Trim();
        moment = default;
        if (Ago().Match(written) is { Success: true } ago && past) return ReadAgo(ago, written, out moment);
        if (SinceEpoch().Match(written) is { Success: true } seconds) return ReadSeconds(seconds, written, out moment);
        switch (written.ToLowerInvariant())
        {
            case "tomorrow":
                return ReadDay(Today.AddDays(1), end, out moment);
            case "now":
                moment = time.GetUtcNow();
                return null;
            case "today":
                return ReadDay(Today, end, out moment);
            case "yesterday":
                return ReadDay(Today.AddDays(-1), end, out moment);
        }

        if (DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return ReadDay(day, end, out moment);
        var spaced = IsoSeparator().Replace(written, "$1 $2");
        if (DateTime.TryParseExact(spaced, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return ReadLocal(written, local, out moment);
        var offset = UtcMark().Replace(spaced, "+00:00");
        if (DateTimeOffset.TryParseExact(offset, OffsetForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment)) return null;
        return $"'{Printable.Text(written)}' is no moment: {Reason(written)}write {(past ? Forms : Absolute)}";
    }

    /// <summary>Reads a period, written as two moments with two dots between them.</summary>
    /// <param name="text">For example <c>14d..7d</c> or <c>2026-01-01..2026-01-31</c>, whose last day belongs to it.</param>
    /// <param name="period">The period.</param>
    /// <returns>Null, or what is wrong.</returns>
    public string? ReadPeriod(string text, out Period period)
    {
        period = default;
        if (text.Split("..") is not [var from, var until]) return $"'{Printable.Text(text)}' is no period: write two moments with two dots between them, such as 14d..7d";
        if (Read(from, end: false, out var beginning) is { } wrong) return wrong;
        if (Read(until, end: true, out var ending) is { } wrongEnd) return wrongEnd;
        period = new(beginning, ending);
        return beginning < ending ? null : $"'{Printable.Text(text)}' ends before it begins";
    }

    /// <summary>Reads the moment that an option names.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="name">What messages call it; of a day, <c>--until</c> means its end.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The moment; null when none is named, or none could be read.</returns>
    public DateTimeOffset? Read(ParseResult arguments, Option<string?> option, string name, List<string> problems)
    {
        if (arguments.GetValue(option) is not { } text) return null;
        if (Read(text, end: name == "--until", out var moment) is not { } wrong) return moment;
        problems.Add($"{name}: {wrong}");
        return null;
    }

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone).DateTime);

    private string Reason(string written)
    {
        if (!past && Ago().IsMatch(written)) return "from when on? For how long something is to hold there is --for; ";
        if (SlashedDate().IsMatch(written)) return "which number is the day and which the month? ";
        if (Months().IsMatch(written)) return "minutes or months? For minutes ";
        if (TimeOnly.TryParse(written, CultureInfo.InvariantCulture, out _)) return "of which day? ";
        return "";
    }

    private static string? ReadSeconds(Match seconds, string written, out DateTimeOffset moment)
    {
        moment = default;
        // The farthest that .NET can write is the end of the year 9999.
        if (!long.TryParse(seconds.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return $"'{Printable.Text(written)}' lies after the year 9999";
        moment = DateTimeOffset.FromUnixTimeSeconds(count);
        return null;
    }

    private string? ReadAgo(Match ago, string written, out DateTimeOffset moment)
    {
        moment = default;
        var unit = ago.Groups[2].Value.ToLowerInvariant() switch
        {
            "s" => TimeSpan.FromSeconds(1),
            "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => TimeSpan.FromDays(7),
        };
        // 100,000 weeks are two thousand years.
        if (!int.TryParse(ago.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || unit * (double)count > time.GetUtcNow() - DateTimeOffset.UnixEpoch)
            return $"'{Printable.Text(written)}' is longer ago than 1970";
        moment = time.GetUtcNow() - (unit * count);
        return null;
    }

    private string? ReadDay(DateOnly day, bool end, out DateTimeOffset moment)
    {
        moment = default;
        if (end && day == DateOnly.MaxValue) return "the last day of the calendar has no end";
        var midnight = (end ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue);
        // Where clocks are put forward at midnight, the day begins later.
        while (time.LocalTimeZone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        var offset = time.LocalTimeZone.IsAmbiguousTime(midnight)
            ? time.LocalTimeZone.GetAmbiguousTimeOffsets(midnight).Max() // its first midnight
            : time.LocalTimeZone.GetUtcOffset(midnight);
        moment = new(midnight, offset);
        return null;
    }

    private string? ReadLocal(string written, DateTime local, out DateTimeOffset moment)
    {
        moment = default;
        if (time.LocalTimeZone.IsInvalidTime(local))
            return $"'{written}' is never: clocks are put forward over it in {time.LocalTimeZone.Id}; write it with an offset, such as {local:yyyy-MM-ddTHH:mm:ss}Z";
        if (time.LocalTimeZone.IsAmbiguousTime(local))
        {
            var offsets = time.LocalTimeZone.GetAmbiguousTimeOffsets(local).OrderDescending().Select(offset => new DateTimeOffset(local, offset)).ToList();
            return $"'{written}' is twice: clocks are put back over it in {time.LocalTimeZone.Id}; write {offsets[0]:yyyy-MM-ddTHH:mm:sszzz} or {offsets[^1]:yyyy-MM-ddTHH:mm:sszzz}";
        }

        moment = new(local, time.LocalTimeZone.GetUtcOffset(local));
        return null;
    }

    [GeneratedRegex(@"^(\d+)(s|min|h|d|w)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ago();

    [GeneratedRegex("^@([0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex SinceEpoch();

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d)[Tt](\d)")]
    private static partial Regex IsoSeparator();

    [GeneratedRegex("(?<=\\d)[Zz]$")]
    private static partial Regex UtcMark();

    [GeneratedRegex(@"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")]
    private static partial Regex SlashedDate();

    [GeneratedRegex(@"^\d+m$", RegexOptions.IgnoreCase)]
    private static partial Regex Months();
}
