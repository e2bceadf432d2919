using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Environments;

/// <summary>Reads what an environment boots.</summary>
internal static partial class BootFields
{
    /// <summary>Reads it.</summary>
    /// <param name="section">The table <c>boot</c>.</param>
    /// <returns>The parameters; what is wrong was told.</returns>
    public static BootParameters Read(Section section)
    {
        var parameters = new BootParameters
        {
            Kernel = PathIn(section, "kernel"),
            Initrd = PathIn(section, "initrd"),
            KernelParameters = Parameters(section, "kernel_params") ?? "",
            Hypervisor = PathIn(section, "hypervisor"),
            HypervisorParameters = Parameters(section, "hypervisor_params") ?? "",
            BlockDevice = section.Text("block_device") is { Length: > 0 } device ? Device(section, "block_device", device) : null,
            Partition = section.Integer("partition", 1, PlanLimits.Partition),
            Architectures = section.Table("architectures") is { } table ? Architectures(table) : [],
        };
        section.End();
        return parameters;
    }

    /// <summary>Reads the name of a kind of processor.</summary>
    /// <param name="section">Its table.</param>
    /// <param name="key">Its key.</param>
    /// <param name="text">The text.</param>
    /// <returns>The name as the kernel has it; null when it is none, which was told.</returns>
    public static string? Architecture(Section section, string key, string text)
    {
        var name = text.ToLowerInvariant().Replace('-', '_') switch { "amd64" or "x64" => "x86_64", "arm64" => "aarch64", "ppc64el" => "ppc64le", var other => other };
        if (ArchitectureName().IsMatch(name)) return name;
        section.Problem(key, $"is '{Quoted.Text(text)}'; write the kind of processor, such as x86_64 or aarch64");
        return null;
    }

    /// <summary>Reads the path of a device.</summary>
    /// <param name="section">Its table.</param>
    /// <param name="key">Its key.</param>
    /// <param name="text">The text.</param>
    /// <returns>The path; null when it is none, which was told.</returns>
    public static string? Device(Section section, string key, string text)
    {
        // Kadeploy 3 takes 'sda' for /dev/sda in some places; here it is written out.
        if (DevicePath().IsMatch(text)) return text;
        section.Problem(key, $"is '{Quoted.Text(text)}'; write a device such as /dev/sda, of letters, digits and '/._:+@-'");
        return null;
    }

    private static ImmutableArray<ArchitectureBoot> Architectures(Section section)
    {
        var boots = ImmutableArray.CreateBuilder<ArchitectureBoot>();
        foreach (var key in section.AcceptAll())
        {
            var name = Architecture(section, key, key);
            if (section.Table(key) is not { } table) continue;
            if (!table.Has("kernel")) table.Missing("kernel", "name the kernel for these processors");
            var boot = new ArchitectureBoot(name ?? "", PathIn(table, "kernel") ?? "", PathIn(table, "initrd"), Parameters(table, "kernel_params"));
            table.End();
            if (name is not null && boots.Any(other => other.Architecture == name)) section.Problem(key, $"is {name}, which is there already");
            boots.Add(boot);
        }

        return boots.ToImmutable();
    }

    /// <summary>Reads parameters, which become a line of boot loaders' files.</summary>
    private static string? Parameters(Section section, string key)
    {
        if (section.Text(key)?.Trim() is not { } text) return null;
        return EnvironmentFields.IsPlain(section, key, text, PlanLimits.Text) ? text : null;
    }

    private static string? PathIn(Section section, string key)
    {
        if (section.Text(key) is not { Length: > 0 } path) return null;
        if (!EnvironmentFields.IsPlain(section, key, path, PlanLimits.Text)) return null;
        if (path.StartsWith('/')) return path;
        section.Problem(key, $"is '{Quoted.Text(path)}'; write the path inside the image, which begins with '/'");
        return null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ArchitectureName();

    [GeneratedRegex(@"\A/dev/[A-Za-z0-9][A-Za-z0-9/._:+@-]{0,250}(?<!/)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DevicePath();
}
