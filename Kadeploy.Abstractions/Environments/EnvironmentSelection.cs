namespace Kadeploy;

/// <summary>Chooses environments of the catalogue, as Kadeploy 3 does.</summary>
public sealed record EnvironmentSelection
{
    /// <summary>Gets the name or alias.</summary>
    /// <value>In lists, <c>%</c> stands for any text and <c>_</c> for any character. Null for all.</value>
    public string? Name { get; init; }

    /// <summary>Gets the owner.</summary>
    /// <value><c>%</c> and <c>_</c> as in <see cref="Name"/>. Null for one's own and those that are public; for administrators, for everybody's.</value>
    public string? Owner { get; init; }

    /// <summary>Gets the version.</summary>
    /// <value>Null for the highest one of each name and owner, unless <see cref="AllVersions"/> is set.</value>
    public int? Version { get; init; }

    /// <summary>Gets a value indicating whether every version is meant.</summary>
    /// <value>Not used when <see cref="Version"/> is given.</value>
    public bool AllVersions { get; init; }

    /// <summary>Gives what is asked for, for messages.</summary>
    /// <returns>For example <c>debian13 version 2 of ada</c>.</returns>
    public override string ToString() =>
        $"{Printable.Text(Name ?? "%")}{(Version is { } version ? $" version {version}" : "")}{(Owner is null ? "" : $" of {Printable.Text(Owner)}")}";
}

/// <summary>What is to be changed of environments; what is null stays as it is.</summary>
public sealed record EnvironmentChange
{
    /// <summary>Gets who may see it from now on.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Gets whether nodes that run it must be deployed anew.</summary>
    public bool? Destructive { get; init; }

    /// <summary>Gets a value indicating whether <see cref="KaEnvironment.Destructive"/> becomes its opposite.</summary>
    public bool ToggleDestructive { get; init; }

    /// <summary>Gets fields of the description with their new values, such as <c>boot.kernel_params</c>; an empty value removes the field.</summary>
    public IReadOnlyList<(string Field, string Value)> Fields { get; init; } = [];

    /// <summary>Gets the files whose SHA-256 is computed and recorded anew.</summary>
    public EnvironmentFiles Checksums { get; init; }

    /// <summary>Gets the whole description that takes the old one's place; name, version and owner stay.</summary>
    public KaEnvironment? Description { get; init; }
}

/// <summary>The files of an environment.</summary>
[Flags]
public enum EnvironmentFiles
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The image.</summary>
    Image = 1,

    /// <summary>The archive of the pre-install.</summary>
    Preinstall = 2,

    /// <summary>The archives of the post-installs.</summary>
    Postinstalls = 4,

    /// <summary>All of them.</summary>
    All = Image | Preinstall | Postinstalls,
}
