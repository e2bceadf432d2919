using System.Globalization;

namespace Kadeploy;

/// <summary>When a right holds: from a moment on, up to but not including another.</summary>
/// <param name="From">The first moment; null when it has always held.</param>
/// <param name="Until">The first moment at which it no longer holds; null when it has no end.</param>
public readonly record struct RightWindow(DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Gets all of time.</summary>
    public static RightWindow Always => default;

    /// <summary>Gets a value indicating whether there is no moment in it.</summary>
    public bool IsEmpty => From is { } from && Until is { } until && from >= until;

    /// <summary>Says whether a moment is in it.</summary>
    /// <param name="moment">The moment.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(DateTimeOffset moment) => !(moment < From) && !(moment >= Until);

    /// <summary>Says whether it has ended.</summary>
    /// <param name="now">The time now.</param>
    /// <returns>Whether neither now nor later is in it.</returns>
    public bool HasEnded(DateTimeOffset now) => Until <= now;

    /// <summary>Says whether two windows have a moment in common.</summary>
    /// <param name="other">The other window.</param>
    /// <returns>Whether they have.</returns>
    public bool Overlaps(RightWindow other) => !(From >= other.Until) && !(other.From >= Until) && !IsEmpty && !other.IsEmpty;

    /// <summary>Says whether there is no moment between two windows, so that they are one together.</summary>
    /// <param name="other">The other window.</param>
    /// <returns>Whether they overlap, or one begins where the other ends.</returns>
    public bool Touches(RightWindow other) => !(From > other.Until) && !(other.From > Until);

    /// <summary>Says whether all of another window is in this one.</summary>
    /// <param name="other">The other window.</param>
    /// <returns>Whether it is.</returns>
    public bool Covers(RightWindow other) =>
        (From is null || other.From >= From) && (Until is null || other.Until <= Until);

    /// <summary>Joins two windows that touch.</summary>
    /// <param name="other">The other window.</param>
    /// <returns>From the earlier beginning to the later end.</returns>
    public RightWindow Join(RightWindow other) => new(
        From is null || other.From is null ? null : From < other.From ? From : other.From,
        Until is null || other.Until is null ? null : Until > other.Until ? Until : other.Until);

    /// <summary>Gives what two windows have in common.</summary>
    /// <param name="other">The other window.</param>
    /// <returns>From the later beginning to the earlier end; empty when they do not overlap.</returns>
    public RightWindow Meet(RightWindow other) => new(
        From is null || other.From > From ? other.From : From,
        Until is null || other.Until < Until ? other.Until : Until);

    /// <summary>Takes another window out of this one.</summary>
    /// <param name="other">The other window.</param>
    /// <returns>What is left: none, one or two windows, in their order.</returns>
    public IEnumerable<RightWindow> Without(RightWindow other)
    {
        if (!Overlaps(other))
        {
            if (!IsEmpty) yield return this;
            yield break;
        }

        if (other.From is { } begins && !(From >= begins)) yield return this with { Until = begins };
        if (other.Until is { } ends && !(Until <= ends)) yield return this with { From = ends };
    }

    /// <summary>Words it for people, in universal time.</summary>
    /// <returns>For example <c>from 2026-03-01 10:00:00Z until 2026-03-01 12:00:00Z</c>; <c>always</c> when it has neither beginning nor end.</returns>
    public override string ToString() => (From, Until) switch
    {
        (null, null) => "always",
        ({ } from, null) => $"from {Moment(from)}",
        (null, { } until) => $"until {Moment(until)}",
        ({ } from, { } until) => $"from {Moment(from)} until {Moment(until)}",
    };

    private static string Moment(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
