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

    /// <summary>Adds facts that came later.</summary>
    /// <param name="later">The later facts.</param>
    /// <returns>All facts.</returns>
    public NodeFacts With(NodeFacts? later) => later is null
        ? this
        : new() { BootId = later.BootId ?? BootId, ImageDigest = later.ImageDigest ?? ImageDigest };
}
