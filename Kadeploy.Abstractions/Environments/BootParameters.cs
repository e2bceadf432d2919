using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Says what an environment boots. Paths are those inside the image.</summary>
public sealed record BootParameters
{
    /// <summary>Gets the kernel's path.</summary>
    /// <value>Null for systems that bring their own boot loader.</value>
    public string? Kernel { get; init; }

    /// <summary>Gets the initial RAM disk's path.</summary>
    /// <value>Null when the kernel needs none.</value>
    public string? Initrd { get; init; }

    /// <summary>Gets the kernel's parameters, added to those of the cluster.</summary>
    public string KernelParameters { get; init; } = "";

    /// <summary>Gets the hypervisor's path.</summary>
    /// <value>Null when there is none.</value>
    public string? Hypervisor { get; init; }

    /// <summary>Gets the hypervisor's parameters.</summary>
    public string HypervisorParameters { get; init; } = "";

    /// <summary>Gets the disk that is booted from, for images of several partitions.</summary>
    /// <value>Null when nothing is said.</value>
    public string? BlockDevice { get; init; }

    /// <summary>Gets the number of the partition that is booted from, for images of several partitions.</summary>
    /// <value>Null when nothing is said.</value>
    public int? Partition { get; init; }

    /// <summary>Gets what differs on some kinds of processors.</summary>
    /// <value>Empty when the same is booted everywhere; each architecture is there once.</value>
    public ImmutableArray<ArchitectureBoot> Architectures { get; init; } = [];

    /// <summary>Gives what is booted on a kind of processor.</summary>
    /// <param name="architecture">Such as <c>aarch64</c>; null when it is not known.</param>
    /// <returns>These parameters with what differs there.</returns>
    public BootParameters On(string? architecture)
    {
        foreach (var other in Architectures)
            if (other.Architecture == architecture)
                return this with { Kernel = other.Kernel, Initrd = other.Initrd, KernelParameters = other.KernelParameters ?? KernelParameters };
        return this;
    }
}

/// <summary>What is booted on one kind of processor.</summary>
/// <param name="Architecture">Such as <c>aarch64</c>.</param>
/// <param name="Kernel">The kernel's path.</param>
/// <param name="Initrd">The initial RAM disk's path, or null when the kernel needs none.</param>
/// <param name="KernelParameters">The kernel's parameters, or null for those of all others.</param>
public sealed record ArchitectureBoot(string Architecture, string Kernel, string? Initrd, string? KernelParameters = null);
