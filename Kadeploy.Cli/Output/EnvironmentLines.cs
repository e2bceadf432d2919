using System.Text.Json.Serialization;

namespace Kadeploy.Cli.Output;

/// <summary>An environment, for programs.</summary>
internal sealed record EnvironmentLine
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "environment";

    /// <summary>Gets what was done to it, such as <c>added</c>; null in lists.</summary>
    public string? Change { get; init; }

    public required string Name { get; init; }

    public required int Version { get; init; }

    public required string User { get; init; }

    public required int Revision { get; init; }

    public string? Alias { get; init; }

    public string? Arch { get; init; }

    public required string Description { get; init; }

    public required string Author { get; init; }

    public required Visibility Visibility { get; init; }

    public required bool Destructive { get; init; }

    public required OperatingSystemKind Os { get; init; }

    public required FilePart Image { get; init; }

    public FilePart? Preinstall { get; init; }

    public required IReadOnlyList<FilePart> Postinstalls { get; init; }

    public required BootPart Boot { get; init; }

    public string? Filesystem { get; init; }

    public required int PartitionType { get; init; }

    public required bool Multipart { get; init; }

    public required IReadOnlyList<ImagePartition> Partitions { get; init; }

    public DateTimeOffset? AddedAt { get; init; }

    public DateTimeOffset? ChangedAt { get; init; }

    public string? ChangedBy { get; init; }

    /// <summary>Writes an environment as a line.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>The line.</returns>
    public static EnvironmentLine Of(KaEnvironment environment) => new()
    {
        Name = environment.Name,
        Version = environment.Version,
        User = environment.User,
        Revision = environment.Revision,
        Alias = environment.Alias,
        Arch = environment.Architecture,
        Description = environment.Description,
        Author = environment.Author,
        Visibility = environment.Visibility,
        Destructive = environment.Destructive,
        Os = environment.OperatingSystem,
        Image = new(environment.Image.Location, environment.Image.Kind, environment.Image.Compression, null, environment.Image.Sha256),
        Preinstall = environment.Preinstall is { } script ? Archive(script) : null,
        Postinstalls = [.. environment.Postinstalls.Select(Archive)],
        Boot = BootPart.Of(environment.Boot),
        Filesystem = environment.FileSystem,
        PartitionType = environment.PartitionType,
        Multipart = environment.Multipart,
        Partitions = environment.Partitions,
    };

    /// <summary>Writes a recorded environment as a line.</summary>
    /// <param name="recorded">The environment.</param>
    /// <param name="change">What was done to it, or null.</param>
    /// <returns>The line.</returns>
    public static EnvironmentLine Of(RecordedEnvironment recorded, string? change) => Of(recorded.Environment) with
    {
        Change = change, AddedAt = recorded.AddedAt, ChangedAt = recorded.ChangedAt, ChangedBy = recorded.ChangedBy,
    };

    private static FilePart Archive(InstallScript script) => new(script.Archive, null, script.Compression, script.Script, script.Sha256);

    /// <summary>A file of an environment.</summary>
    internal sealed record FilePart(Uri File, ImageKind? Kind, ImageCompression Compression, string? Script, string? Sha256);

    /// <summary>What an environment boots.</summary>
    internal sealed record BootPart(
        string? Kernel, string? Initrd, string KernelParams, string? Hypervisor, string HypervisorParams, string? BlockDevice, int? Partition,
        IReadOnlyList<ArchitectureBoot> Architectures)
    {
        public static BootPart Of(BootParameters boot) => new(
            boot.Kernel, boot.Initrd, boot.KernelParameters, boot.Hypervisor, boot.HypervisorParameters, boot.BlockDevice, boot.Partition, boot.Architectures);
    }
}

/// <summary>A state in the history of an environment.</summary>
internal sealed record RevisionLine(string Name, int Version, string User, int Revision, EnvironmentChangeKind Change, DateTimeOffset At, string By, IReadOnlyList<FieldDifference> Differences)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "revision";
}

/// <summary>A field in which descriptions differ.</summary>
internal sealed record DifferenceLine(string Field, string? Before, string? After)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "difference";
}

/// <summary>What was found in the files of an environment.</summary>
internal sealed record VerificationLine(
    string Name, int Version, string User, BootVerdict WouldBoot, string? Sha256, long Length, long? UnpackedLength, long? Entries, ImageFile? Kernel, ImageFile? Initrd, string RootFileSystem,
    IReadOnlyList<EnvironmentFinding> Findings)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "verification";
}

/// <summary>The JSON of <c>kadeploy env</c>; what is unknown is written as null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(CamelCaseEnum<Visibility>), typeof(CamelCaseEnum<OperatingSystemKind>), typeof(CamelCaseEnum<ImageKind>), typeof(CamelCaseEnum<ImageCompression>),
        typeof(CamelCaseEnum<EnvironmentChangeKind>), typeof(CamelCaseEnum<BootVerdict>),
    ])]
[JsonSerializable(typeof(EnvironmentLine))]
[JsonSerializable(typeof(RevisionLine))]
[JsonSerializable(typeof(DifferenceLine))]
[JsonSerializable(typeof(VerificationLine))]
internal sealed partial class EnvironmentLines : JsonSerializerContext;
