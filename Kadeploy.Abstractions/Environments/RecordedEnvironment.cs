using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>An environment as the catalogue has it.</summary>
/// <param name="Environment">The description; its revision says how often it was changed.</param>
/// <param name="AddedAt">When the version was added.</param>
/// <param name="ChangedAt">When it was changed last.</param>
/// <param name="ChangedBy">Who changed it last.</param>
public sealed record RecordedEnvironment(KaEnvironment Environment, DateTimeOffset AddedAt, DateTimeOffset ChangedAt, string ChangedBy);

/// <summary>A state in the history of one version of an environment. Nothing of a history is ever changed or removed.</summary>
/// <param name="Environment">The description as it was from then on; for a deletion, as it was until then.</param>
/// <param name="Kind">What was done.</param>
/// <param name="At">When.</param>
/// <param name="By">Who did it.</param>
public sealed record EnvironmentRevision(KaEnvironment Environment, EnvironmentChangeKind Kind, DateTimeOffset At, string By);

/// <summary>What can be done to an environment in the catalogue.</summary>
public enum EnvironmentChangeKind
{
    /// <summary>It was added, or added again after it had been deleted.</summary>
    Added,

    /// <summary>Its description was changed.</summary>
    Changed,

    /// <summary>It was deleted.</summary>
    Deleted,
}

/// <summary>A field in which two descriptions differ.</summary>
/// <param name="Field">Its name, such as <c>boot.kernel</c> or <c>postinstalls[0].archive</c>.</param>
/// <param name="Before">What it was; null when it was not there.</param>
/// <param name="After">What it is; null when it is not there.</param>
public sealed record FieldDifference(string Field, string? Before, string? After);

/// <summary>Descriptions that were written in one go.</summary>
/// <param name="Added">Those that were not there before.</param>
/// <param name="Changed">Those that were there and differed.</param>
/// <param name="Unchanged">Those that were there as they are.</param>
public sealed record EnvironmentImport(
    ImmutableArray<RecordedEnvironment> Added, ImmutableArray<RecordedEnvironment> Changed, ImmutableArray<RecordedEnvironment> Unchanged);
