namespace Kadeploy;

/// <summary>Says which of a node's disks is meant, by what does not change when disks are found in another order. All that is given must fit, and exactly
/// one disk of the node may.</summary>
public sealed record DiskRule
{
    /// <summary>Gets the serial number.</summary>
    /// <value>Null for any.</value>
    public string? Serial { get; init; }

    /// <summary>Gets the World Wide Name, with or without its prefix, such as <c>0x5000c500a1b2c3d4</c> or <c>eui.0025…</c>.</summary>
    /// <value>Null for any.</value>
    public string? Wwn { get; init; }

    /// <summary>Gets the model, in which <c>*</c> stands for any text.</summary>
    /// <value>Null for any.</value>
    public string? Model { get; init; }

    /// <summary>Gets the smallest size, in bytes.</summary>
    /// <value>Null for any.</value>
    public long? AtLeast { get; init; }

    /// <summary>Gets the largest size, in bytes.</summary>
    /// <value>Null for any.</value>
    public long? AtMost { get; init; }

    /// <summary>Gets a value indicating whether the smallest of several fitting disks is taken instead of refusing.</summary>
    public bool Smallest { get; init; }
}
