namespace Kadeploy.Lab.Configuration;

/// <summary>What dnsmasq reads: it gives addresses and boot files to the nodes of one lab.</summary>
internal static class DnsmasqConfiguration
{
    /// <summary>Gives the configuration.</summary>
    /// <param name="folder">The lab's files.</param>
    /// <param name="options">The lab.</param>
    /// <returns>The text.</returns>
    public static string Main(LabFolder folder, LabOptions options)
    {
        string[] boot = options.Loader == NetworkLoader.Pxelinux
            ? ["dhcp-boot=pxelinux.0"]
            :
            [
                // Architectures 7 and 9 are x86-64 UEFI (RFC 4578 and its errata); 175 is iPXE's own option.
                "dhcp-match=set:efi,option:client-arch,7",
                "dhcp-match=set:efi,option:client-arch,9",
                "dhcp-match=set:ipxe,175",
                "dhcp-boot=tag:ipxe,boot.ipxe",
                "dhcp-boot=tag:efi,tag:!ipxe,tag:!httpboot,snponly.efi",
                "dhcp-boot=tag:!efi,tag:!ipxe,undionly.kpxe",
                // UEFI's own HTTP boot (UEFI 2.10 §24.7) comes between network and disk when a profile gives the disk its turn. An answer that leads to
                // nothing ends it at once; without an answer it asks for a minute.
                "dhcp-vendorclass=set:httpboot,HTTPClient",
                "dhcp-option-force=tag:httpboot,60,HTTPClient",
                $"dhcp-boot=tag:httpboot,http://{LabNode.ServerAddress}/no-http-boot.efi",
            ];
        string[] lines =
        [
            "interface=" + NetworkPlan.Bridge,
            "bind-interfaces",
            "no-resolv",
            "no-hosts",
            "domain=lab",
            "dhcp-range=10.77.0.0,static,255.255.0.0,12h",
            "dhcp-hostsfile=" + folder.In("dhcp-hosts"),
            // Addresses are fixed, so leases need no file. Dnsmasq would write and synchronise it for each, which takes longer than hundreds of nodes wait.
            "leasefile-ro",
            "dhcp-authoritative",
            // iPXE waits 16 seconds for an IPv6 router unless one speaks up.
            "enable-ra",
            "dhcp-range=fd77::,ra-only,64,12h",
            "dhcp-option=option:router",
            // iPXE need not wait for a proxy DHCP server.
            "dhcp-option=encap:175,176,1b",
            "no-ping",
            "enable-tftp",
            "tftp-root=" + folder.BootFiles,
            "tftp-max=1000",
            "log-dhcp",
            "log-facility=" + folder.In("dnsmasq.log"),
            "user=root",
            "pid-file=" + folder.In("dnsmasq.pid"), // the default one is shared by all labs
            .. boot,
        ];
        return Lines(lines);
    }

    /// <summary>Gives the list of nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <returns>The text.</returns>
    public static string Hosts(IEnumerable<LabNode> nodes) => Lines(nodes.Select(static node => $"{node.Mac},{node.Address},{node.Name},12h"));

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(static line => line + "\n"));
}
