using System.Globalization;

namespace Kadeploy.Engine.Statistics;

/// <summary>Environments as they are written for users of the log, <c>name:version</c>, and as operations keep them.</summary>
internal static class EnvironmentText
{
    private const string Between = " version ";

    /// <summary>Shortens what an operation keeps.</summary>
    /// <param name="kept">For example <c>debian13 version 2</c>.</param>
    /// <returns>For example <c>debian13:2</c>.</returns>
    public static string Shorten(string kept) => Split(kept) is (var name, { } version) ? string.Create(CultureInfo.InvariantCulture, $"{name}:{version}") : kept;

    /// <summary>Says whether an environment is one that a user named.</summary>
    /// <param name="kept">As an operation keeps it.</param>
    /// <param name="wanted"><c>name</c> or <c>name:version</c>.</param>
    /// <returns>Whether it is.</returns>
    public static bool Matches(string kept, string wanted) => Shorten(kept) == wanted || Split(kept).Name == wanted;

    /// <summary>Parts name and version.</summary>
    /// <param name="kept">As an operation keeps it.</param>
    /// <returns>Both; no version when there is none.</returns>
    public static (string Name, int? Version) Split(string kept) =>
        kept.LastIndexOf(Between, StringComparison.Ordinal) is var at and > 0
        && int.TryParse(kept.AsSpan(at + Between.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (kept[..at], version)
            : (kept, null);
}
