namespace Kadeploy;

/// <summary>What an operation has learned about a node; later facts replace earlier ones of the same kind.</summary>
public sealed record NodeFacts
{
    /// <summary>Gets the empty set of facts.</summary>
    public static NodeFacts None { get; } = new();

    /// <summary>Gets the boot identifier of the system that ran before the last reboot, so that a system which never went down is not
    /// taken for a new one.</summary>
    /// <value>Null while unknown.</value>
    public string? BootId { get; init; }

    /// <summary>Gets the SHA-256 that the node computed over what it wrote, as 64 lower-case hexadecimal digits.</summary>
    /// <value>Null before the image is written.</value>
    public string? ImageDigest { get; init; }

    /// <summary>Gets the disk that the node was found to have where the cluster's rule points, as the device path of the running system.</summary>
    /// <value>For example <c>/dev/sda</c>; null before it was looked for.</value>
    public string? Disk { get; init; }

    /// <summary>Gets the serial number of that disk.</summary>
    /// <value>Null when it has none, or before it was looked for.</value>
    public string? DiskSerial { get; init; }

    /// <summary>Gets the World Wide Name of that disk.</summary>
    /// <value>Null when it has none, or before it was looked for.</value>
    public string? DiskWwn { get; init; }

    /// <summary>Gets the size of that disk in bytes.</summary>
    /// <value>Null before it was looked for.</value>
    public long? DiskBytes { get; init; }

    /// <summary>Gets the identifier of the file system that was deployed, as <c>root=UUID=…</c> takes it.</summary>
    /// <value>Null when it is not known.</value>
    public string? FileSystemId { get; init; }

    /// <summary>Gets whether the machine was on when its controller was last asked.</summary>
    /// <value>Null when it was not asked.</value>
    public PowerState? Power { get; init; }

    /// <summary>Adds facts that came later.</summary>
    /// <param name="later">The later facts.</param>
    /// <returns>All facts.</returns>
    public NodeFacts With(NodeFacts? later) => later is null
        ? this
        : new()
        {
            BootId = later.BootId ?? BootId,
            ImageDigest = later.ImageDigest ?? ImageDigest,
            Disk = later.Disk ?? Disk,
            DiskSerial = later.DiskSerial ?? DiskSerial,
            DiskWwn = later.DiskWwn ?? DiskWwn,
            DiskBytes = later.DiskBytes ?? DiskBytes,
            FileSystemId = later.FileSystemId ?? FileSystemId,
            Power = later.Power ?? Power,
        };
}
