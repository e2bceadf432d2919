using Xunit;

namespace Kadeploy.Abstractions.Tests.Rights;

/// <summary>Windows of time against a model of hours: the first hour is in a window, the last is not.</summary>
public sealed class RightWindowTests
{
    private const int Hours = 5;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void All_pairs_of_windows_are_as_their_hours_say()
    {
        var windows = (from begin in Edges() from end in Edges() select new RightWindow(begin, end)).ToList();
        foreach (var one in windows)
        {
            Assert.Equal(HoursOf(one).Count == 0, one.IsEmpty);
            foreach (var other in windows.Where(static other => !other.IsEmpty))
            {
                var both = HoursOf(one).Intersect(HoursOf(other)).ToList();
                Assert.Equal(both.Count > 0, one.Overlaps(other));
                Assert.Equal(HoursOf(one).Except(HoursOf(other)).Order(), one.Without(other).SelectMany(HoursOf).Order());
                if (one.IsEmpty) continue;
                Assert.Equal(both.Count == HoursOf(other).Count, one.Covers(other));
                if (one.Overlaps(other)) Assert.Equal(both, HoursOf(one.Meet(other)));
                if (one.Touches(other)) Assert.Equal(HoursOf(one).Union(HoursOf(other)).Order(), HoursOf(one.Join(other)));
                else Assert.Empty(both);
            }
        }
    }

    [Theory]
    [InlineData(null, null, "always")]
    [InlineData(1, null, "from 2026-03-01 01:00:00Z")]
    [InlineData(null, 2, "until 2026-03-01 02:00:00Z")]
    [InlineData(1, 2, "from 2026-03-01 01:00:00Z until 2026-03-01 02:00:00Z")]
    public void Windows_are_worded_in_universal_time(int? from, int? until, string words) =>
        Assert.Equal(words, new RightWindow(Hour(from)?.ToOffset(TimeSpan.FromHours(3)), Hour(until)).ToString());

    private static IEnumerable<DateTimeOffset?> Edges() => Enumerable.Range(0, Hours).Select(static hour => Hour(hour)).Prepend(null);

    private static DateTimeOffset? Hour(int? hour) => hour is { } number ? Start.AddHours(number) : null;

    private static List<int> HoursOf(RightWindow window) => [.. Enumerable.Range(-1, Hours + 1).Where(hour => window.Contains(Start.AddHours(hour).AddMinutes(30)))];
}
