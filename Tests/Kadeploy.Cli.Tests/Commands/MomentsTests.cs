using System.Globalization;
using Kadeploy.Cli.Commands;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public class MomentsTests
{
    /// <summary>One hour ahead of universal time, two in summer: from 2026-03-29 02:00 until 2026-10-25 03:00.</summary>
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone(
        "Test/Town", TimeSpan.FromHours(1), "Town", "Town", "Town in summer",
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)),
        ]);

    private readonly Moments _moments = new(new FixedTime());

    [Theory]
    [InlineData("2026-01-31 14:30:00", "2026-01-31T13:30:00Z")]
    [InlineData("2026-07-31 14:30:00", "2026-07-31T12:30:00Z")]
    [InlineData("2026-01-31 14:30", "2026-01-31T13:30:00Z")]
    [InlineData("2026-01-31T14:30:00", "2026-01-31T13:30:00Z")]
    [InlineData("2026-01-31t14:30:00.25", "2026-01-31T13:30:00.25Z")]
    [InlineData("2026-01-31T14:30:00Z", "2026-01-31T14:30:00Z")]
    [InlineData("2026-01-31 14:30:00z", "2026-01-31T14:30:00Z")]
    [InlineData("2026-01-31T14:30:00+05:30", "2026-01-31T09:00:00Z")]
    [InlineData("2026-01-31T14:30-08:00", "2026-01-31T22:30:00Z")]
    [InlineData("2026-01-31", "2026-01-30T23:00:00Z")]
    [InlineData("2024-02-29", "2024-02-28T23:00:00Z")]
    [InlineData("  2026-01-31 ", "2026-01-30T23:00:00Z")]
    [InlineData("now", "2026-06-15T10:20:30Z")]
    [InlineData("Today", "2026-06-14T22:00:00Z")]
    [InlineData("yesterday", "2026-06-13T22:00:00Z")]
    [InlineData("tomorrow", "2026-06-15T22:00:00Z")]
    [InlineData("@1769866200", "2026-01-31T13:30:00Z")]
    [InlineData("@253402300799", "9999-12-31T23:59:59Z")]
    [InlineData("7d", "2026-06-08T10:20:30Z")]
    [InlineData("0s", "2026-06-15T10:20:30Z")]
    [InlineData("90MIN", "2026-06-15T08:50:30Z")]
    [InlineData("12h", "2026-06-14T22:20:30Z")]
    [InlineData("4w", "2026-05-18T10:20:30Z")]
    public void Moments_are_read(string text, string expected)
    {
        Assert.Null(_moments.Read(text, end: false, out var moment));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), moment);
    }

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T23:00:00Z")]
    [InlineData("today", "2026-06-15T22:00:00Z")]
    [InlineData("2026-03-29", "2026-03-29T22:00:00Z")] // a day of 23 hours
    [InlineData("2026-01-31 14:30:00", "2026-01-31T13:30:00Z")]
    [InlineData("7d", "2026-06-08T10:20:30Z")]
    public void A_day_at_the_end_of_a_period_belongs_to_it(string text, string expected)
    {
        Assert.Null(_moments.Read(text, end: true, out var moment));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), moment);
    }

    [Theory]
    [InlineData("", "is no moment")]
    [InlineData("01/02/2026", "which number is the day and which the month?")]
    [InlineData("1.2.2026", "which number is the day and which the month?")]
    [InlineData("2026-1-2", "which number is the day and which the month?")]
    [InlineData("2026-02-30", "is no moment")]
    [InlineData("2026-13-01", "is no moment")]
    [InlineData("2025-02-29", "is no moment")]
    [InlineData("14:30", "of which day?")]
    [InlineData("30m", "minutes or months?")]
    [InlineData("7", "is no moment")]
    [InlineData("-7d", "is no moment")]
    [InlineData("7 d", "is no moment")]
    [InlineData("1y", "is no moment")]
    [InlineData("1.5h", "is no moment")]
    [InlineData("999999999999999999999d", "longer ago than 1970")]
    [InlineData("99999d", "longer ago than 1970")]
    [InlineData("2026-01-31T24:00:00", "is no moment")]
    [InlineData("2026-01-31T14:30:00+25:00", "is no moment")]
    [InlineData("2026-01-31 2:30:00 PM", "is no moment")]
    [InlineData("1769866200", "is no moment")]
    [InlineData("@", "is no moment")]
    [InlineData("@-1", "is no moment")]
    [InlineData("@253402300800", "lies after the year 9999")]
    [InlineData("@99999999999999999999", "lies after the year 9999")]
    [InlineData("\u0662\u0660\u0662\u0666-01-31", "is no moment")]
    [InlineData("2026-03-29 02:30:00", "is never: clocks are put forward over it in Test/Town")]
    [InlineData("2026-10-25 02:30:00", "is twice: clocks are put back over it in Test/Town; write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00")]
    [InlineData("\u001b[31m7d", "'U+001B[31m7d' is no moment")]
    public void What_is_no_moment_or_could_be_two_is_refused_with_the_reason(string text, string reason)
    {
        var problem = _moments.Read(text, end: false, out _);
        Assert.NotNull(problem);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7d")]
    [InlineData("90min")]
    public void Where_moments_are_to_come_a_length_of_time_is_not_taken_for_how_long_ago(string text)
    {
        var problem = new Moments(new FixedTime(), past: false).Read(text, end: true, out _);
        Assert.Contains("there is --for", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("how long ago", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("14d..7d", "2026-06-01T10:20:30Z", "2026-06-08T10:20:30Z")]
    [InlineData("2026-01-01..2026-01-31", "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z")]
    [InlineData("2026-01-01T00:00:00.5Z..now", "2026-01-01T00:00:00.5Z", "2026-06-15T10:20:30Z")]
    public void Periods_are_read(string text, string from, string until)
    {
        Assert.Null(_moments.ReadPeriod(text, out var period));
        Assert.Equal(new(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), DateTimeOffset.Parse(until, CultureInfo.InvariantCulture)), period);
    }

    [Theory]
    [InlineData("7d", "is no period")]
    [InlineData("7d..14d", "ends before it begins")]
    [InlineData("now..now", "ends before it begins")]
    [InlineData("14d..7d..1d", "is no period")]
    [InlineData("x..7d", "'x' is no moment")]
    [InlineData("7d..", "'' is no moment")]
    public void What_is_no_period_is_refused(string text, string reason) =>
        Assert.Contains(reason, _moments.ReadPeriod(text, out _), StringComparison.Ordinal);

    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => Zone;

        public override DateTimeOffset GetUtcNow() => new(2026, 6, 15, 10, 20, 30, TimeSpan.Zero);
    }
}
