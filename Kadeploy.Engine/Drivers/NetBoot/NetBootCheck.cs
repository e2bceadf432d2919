using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Finds what is wrong with boot settings before any node boots.</summary>
internal static class NetBootCheck
{
    /// <summary>Checks.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="looksAtFolders">Whether folders have to be there already.</param>
    /// <returns>Every problem, for users; empty when all is well.</returns>
    public static ImmutableArray<string> Problems(NetBootOptions options, bool looksAtFolders = true)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        Program(problems, "dhcp", options.Dhcp, options.Firmware, chained: false, looksAtFolders);
        if (options.Network is { } network) Program(problems, "network", network, options.Firmware, chained: true, looksAtFolders);
        if (options.Local is { } local) Program(problems, "local", local, options.Firmware, chained: true, looksAtFolders);
        foreach (var other in new[] { options.Network, options.Local })
            if (other is not null && Path.Join(other.Repository, other.ProfilesFolder) == Path.Join(options.Dhcp.Repository, options.Dhcp.ProfilesFolder)
                && (other.Naming, other.NamePrefix, other.NameSuffix) == (options.Dhcp.Naming, options.Dhcp.NamePrefix, options.Dhcp.NameSuffix))
                problems.Add("a boot program that is chained to has the same profiles as the one that chains to it: give it a folder of its own");
        if (options.UserFiles is { } files)
        {
            if (!IsInside(files.Folder)) problems.Add($"the folder of users' files '{files.Folder}' is not inside the repository");
            else if (!Directory.Exists(Path.Join(options.Dhcp.Repository, files.Folder)))
                problems.Add($"the folder of users' files '{files.Folder}' is missing in '{options.Dhcp.Repository}'");
        }

        Kernel(problems, "the deployment kernel", options.Deployment);
        if (options.NfsRoot is { } nfs) Kernel(problems, "the NFS root kernel", nfs);
        if (options.Deployed is { } deployed)
        {
            foreach (var text in new[] { deployed.Kernel, deployed.Initrd, deployed.Hypervisor, deployed.Parameters, deployed.HypervisorParameters })
                if (text is not null && text.Any(char.IsControl)) problems.Add("the deployed system's boot settings hold a control character");
        }

        return problems.ToImmutable();
    }

    /// <summary>Tells whether a path stays below what it is relative to.</summary>
    /// <param name="path">The path, with '/'.</param>
    /// <returns>Whether it is relative, and goes nowhere else.</returns>
    public static bool IsInside(string path) =>
        path.Length > 0 && !path.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\\' or ':')
        && path.Split('/').All(static part => part is not ("" or "." or ".."));

    private static void Program(
        ImmutableArray<string>.Builder problems, string name, NetBootProgram program, NodeFirmware firmware, bool chained, bool looksAtFolders)
    {
        BootFileProtocol[] known = program.Method switch
        {
            NetBootMethod.Pxelinux => [BootFileProtocol.Tftp],
            NetBootMethod.Grub => [BootFileProtocol.Tftp, BootFileProtocol.Http],
            _ => [BootFileProtocol.Tftp, BootFileProtocol.Http, BootFileProtocol.Ftp],
        };
        if (!known.Contains(program.Protocol))
            problems.Add($"the {name} boot program: {program.Method} does not fetch by {program.Protocol} (it knows {string.Join(", ", known)})");
        if (program.Method == NetBootMethod.Gpxelinux && firmware == NodeFirmware.Uefi)
            problems.Add($"the {name} boot program: there is no GPXELINUX for UEFI; use iPXE");
        if (looksAtFolders && !Directory.Exists(program.Repository)) problems.Add($"the {name} boot program: the repository '{program.Repository}' is no folder");
        else if (program.ProfilesFolder.Length > 0 && !IsInside(program.ProfilesFolder))
            problems.Add($"the {name} boot program: the profiles' folder '{program.ProfilesFolder}' is not inside the repository");
        else if (looksAtFolders && !Directory.Exists(Path.Join(program.Repository, program.ProfilesFolder)))
            problems.Add($"the {name} boot program: the profiles' folder '{program.ProfilesFolder}' is missing in '{program.Repository}'");
        if (chained != program.Binary is not null)
            problems.Add($"the {name} boot program {(chained ? "needs a binary to be chained to" : "is named by DHCP and has no binary here")}");
        if (program.Binary is { } binary && !IsInside(binary)) problems.Add($"the {name} boot program: '{binary}' is not inside the repository");
        foreach (var part in new[] { program.NamePrefix, program.NameSuffix })
            if (part.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')))
                problems.Add($"the {name} boot program: '{part}' may not be part of a profile's name (letters, digits, '.', '-' and '_' may)");
        if (program.Server.Length == 0 || program.Server.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '/' or '\\'))
            problems.Add($"the {name} boot program: '{program.Server}' is no server");
    }

    private static void Kernel(ImmutableArray<string>.Builder problems, string name, NetworkKernel kernel)
    {
        foreach (var path in kernel.Initrds.Prepend(kernel.Kernel))
            if (!IsInside(path)) problems.Add($"{name}: '{path}' is not a path inside the repository");
        if (kernel.Parameters.Any(char.IsControl)) problems.Add($"{name}: the parameters hold a control character");
    }
}
