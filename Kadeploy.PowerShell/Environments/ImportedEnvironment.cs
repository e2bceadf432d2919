namespace Kadeploy.PowerShell;

/// <summary>An environment that was imported.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="Environment">The environment as the catalogue has it now.</param>
public sealed record ImportedEnvironment(ImportedEnvironmentChange Change, RecordedEnvironment Environment);

/// <summary>What an import does to an environment.</summary>
public enum ImportedEnvironmentChange
{
    /// <summary>It was not there before.</summary>
    Added,

    /// <summary>It was there with another description, and has a new revision.</summary>
    Changed,

    /// <summary>It was there as it is.</summary>
    Unchanged,
}
