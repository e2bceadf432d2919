using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>The boot programs that <c>pxe</c> in <c>server.conf</c> describes.</summary>
/// <param name="Dhcp">The program that DHCP names.</param>
/// <param name="Network">The one that boots over the network; null when it is the same.</param>
/// <param name="Local">The one that boots disks; null when it is the same.</param>
internal sealed record OldBoot(OldBootProgram Dhcp, OldBootProgram? Network, OldBootProgram? Local)
{
    /// <summary>Reads it.</summary>
    /// <param name="pxe">The table.</param>
    /// <returns>The programs; null when there is none for DHCP, which was told.</returns>
    public static OldBoot? Read(OldTable pxe)
    {
        if (pxe.Table("dhcp") is not { } dhcp)
        {
            if (!pxe.Section.Has("dhcp")) pxe.Section.Missing("dhcp", "it is what nodes boot first");
            return null;
        }

        dhcp.Leave("userfiles", "users' own boot files and profiles are not taken yet");
        var boot = new OldBoot(
            OldBootProgram.Read(dhcp, "boot", chained: false),
            pxe.Table("networkboot") is { } network ? OldBootProgram.Read(network, "boot.network", chained: true) : null,
            pxe.Table("localboot") is { } local ? OldBootProgram.Read(local, "boot.local", chained: true) : null);
        pxe.End("dhcp", "networkboot", "localboot");
        return boot;
    }
}

/// <summary>A boot program.</summary>
/// <param name="Repository">The folder that is exported.</param>
/// <param name="Entries">The keys that describe it here.</param>
internal sealed record OldBootProgram(string Repository, YamlTable Entries)
{
    private static readonly Dictionary<string, string> Methods = new(StringComparer.OrdinalIgnoreCase)
    {
        ["PXElinux"] = "pxelinux", ["GPXElinux"] = "gpxelinux", ["IPXE"] = "ipxe", ["GrubPXE"] = "grub",
    };

    /// <summary>Reads one.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="chained">Whether another program starts it.</param>
    /// <returns>The program.</returns>
    public static OldBootProgram Read(OldTable table, string target, bool chained)
    {
        var repository = table.Section.Has("repository") ? table.Section.ExistingFolder("repository") : null;
        if (!table.Section.Has("repository")) table.Section.Missing("repository", "name the folder that the TFTP or HTTP server exports");
        table.Took("repository", $"{target}.repository");
        var export = table.Table("export");
        var server = export?.Section.Text("server");
        if (server == "LOCAL_IP") export!.Took("server", "server.address", "LOCAL_IP is how nodes reach this machine");
        else export?.Text("server", $"{target}.server");
        var profiles = table.Table("profiles");
        var folder = profiles?.Section.Text("directory");
        profiles?.Took("directory", $"{target}.profiles.folder");
        var entries = YamlWriter.Table(
        [
            ("binary", chained ? Text(Binary(table, target)) : null),
            ("method", Text(Method(table, target))),
            ("repository", Text(repository ?? "")),
            ("protocol", Text(export?.Text("kind", $"{target}.protocol") ?? "tftp")),
            ("server", server is null or "LOCAL_IP" or "" ? null : Text(server)),
            ("profiles", YamlWriter.Table([("folder", folder is null ? null : Text(folder)), ("naming", Text(profiles?.Text("filename", $"{target}.profiles.naming") ?? "ip_hex"))])),
        ]);
        export?.End();
        profiles?.End();
        table.End("export", "profiles");
        return new(repository ?? "", entries);
    }

    private static string Method(OldTable table, string target)
    {
        if (table.Text("method", $"{target}.method") is not { } method) return "pxelinux";
        if (Methods.TryGetValue(method, out var known)) return known;
        table.Section.Problem("method", $"is '{Quoted.Text(method)}'; Kadeploy 3 has {string.Join(", ", Methods.Keys)}");
        return "pxelinux";
    }

    private static string Binary(OldTable table, string target)
    {
        if (table.Text("binary", $"{target}.binary") is { } binary) return binary;
        table.Section.Missing("binary", "name the program that is started");
        return "";
    }
}
