using System.Globalization;
using System.Text;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol;

namespace Kadeploy.Agent.Hardware;

/// <summary>Reads the hardware from /proc and /sys (Linux's Documentation/ABI, sysfs-block, sysfs-class-net).</summary>
internal static class HardwareInventory
{
    private static readonly string[] NoDisks = ["loop", "ram", "zram", "sr", "fd", "dm-", "md", "nbd", "mtd"];

    /// <summary>Reads everything.</summary>
    /// <param name="root">Where the file system begins: "/" but for tests.</param>
    public static Inventory Read(string root)
    {
        var processors = ReadLines(Path.Combine(root, "proc/cpuinfo"));
        var sockets = processors.Where(static line => line.StartsWith("physical id", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Count();
        var dmi = Path.Combine(root, "sys/class/dmi/id");
        return new()
        {
            MemoryBytes = Memory(ReadLines(Path.Combine(root, "proc/meminfo"))),
            Processors = processors.Count(static line => line.StartsWith("processor", StringComparison.Ordinal)),
            Sockets = Math.Max(1, sockets),
            ProcessorModel = ValueOf(processors, "model name"),
            Vendor = Text(dmi, "sys_vendor"),
            Product = Text(dmi, "product_name"),
            Serial = Text(dmi, "product_serial"),
            IsUefi = Directory.Exists(Path.Combine(root, "sys/firmware/efi")),
            Disks = [.. Names(Path.Combine(root, "sys/block")).Where(IsDisk).Select(name => Disk(root, name)).Where(static disk => disk.Bytes > 0).Take(512)],
            Nics = [.. Names(Path.Combine(root, "sys/class/net")).Select(name => Nic(root, name)).OfType<NicInfo>().Take(512)],
        };
    }

    /// <summary>Writes an inventory for people.</summary>
    public static string Describe(Inventory inventory)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"machine  {inventory.Vendor} {inventory.Product} serial '{inventory.Serial}' {(inventory.IsUefi ? "UEFI" : "BIOS")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"cpu      {inventory.Processors} in {inventory.Sockets}: {inventory.ProcessorModel}");
        text.AppendLine(CultureInfo.InvariantCulture, $"memory   {inventory.MemoryBytes} bytes");
        foreach (var disk in inventory.Disks)
            text.AppendLine(CultureInfo.InvariantCulture, $"disk     {disk.Name} {disk.Bytes} bytes serial '{disk.Serial}' wwn '{disk.Wwn}' model '{disk.Model}'");
        foreach (var nic in inventory.Nics)
            text.AppendLine(CultureInfo.InvariantCulture, $"nic      {nic.Name} {nic.Mac} {(nic.IsUp ? "up" : "down")} {nic.Driver} {nic.SpeedMegabits} Mbit/s");
        return text.ToString().TrimEnd();
    }

    private static bool IsDisk(string name) => !NoDisks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static DiskInfo Disk(string root, string name)
    {
        var folder = Path.Combine(root, "sys/block", name);
        var device = Path.Combine(folder, "device");
        // In units of 512 bytes, whatever the sector size.
        var bytes = long.TryParse(Text(folder, "size"), NumberStyles.None, CultureInfo.InvariantCulture, out var sectors) ? sectors * 512 : 0;
        return new(
            name,
            bytes,
            First(Text(folder, "serial"), Text(device, "serial"), UnitSerial(Path.Combine(device, "vpd_pg80"))),
            First(Text(folder, "wwid"), Text(device, "wwid")),
            Text(device, "model"),
            Text(folder, "queue/rotational") == "1",
            Text(folder, "removable") == "1");
    }

    /// <summary>Gives the speed of the fastest network card that is up, in Mbit/s; 0 when none tells.</summary>
    /// <param name="root">Where /sys is, such as <c>/</c>.</param>
    public static int FastestLink(string root) =>
        Names(Path.Combine(root, "sys/class/net")).Select(name => Nic(root, name)).Where(static card => card is { IsUp: true }).Select(static card => Math.Max(0, card!.SpeedMegabits)).DefaultIfEmpty(0).Max();

    private static NicInfo? Nic(string root, string name)
    {
        var folder = Path.Combine(root, "sys/class/net", name);
        // 1 is Ethernet (ARPHRD_ETHER); the loopback has 772.
        if (Text(folder, "type") != "1") return null;
        // Cards without a device (a bridge, one end of a pair) have no driver.
        var link = Path.Combine(folder, "device/driver");
        var driver = Directory.Exists(link) ? Directory.ResolveLinkTarget(link, returnFinalTarget: false)?.Name ?? "" : "";
        // A card without a link has -1 there, or an error.
        var speed = int.TryParse(Text(folder, "speed"), NumberStyles.None, CultureInfo.InvariantCulture, out var megabits) ? megabits : 0;
        return new(name, Text(folder, "address"), Text(folder, "operstate") == "up", driver, speed);
    }

    // SCSI's vital product data, page 80h: four bytes of header, then the unit's serial number (SPC-4, 7.8.18).
    private static string UnitSerial(string path)
    {
        try
        {
            var page = File.ReadAllBytes(path);
            return page.Length > 4 ? Clean(Encoding.ASCII.GetString(page, 4, Math.Min(page.Length - 4, page[3]))) : "";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static long Memory(string[] lines) =>
        ValueOf(lines, "MemTotal").Split(' ')[0] is { Length: > 0 } kibibytes && long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value * 1024 : 0;

    private static string ValueOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line && line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
            ? Clean(line[(colon + 1)..]) : "";

    private static string First(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
            if (text.Length > 0) return text;
        return "";
    }

    private static string Text(string folder, string file) => Clean(BootFacts.TextOf(Path.Combine(folder, file)));

    // Firmware pads with spaces and zero bytes; a protocol of texts has none.
    private static string Clean(string text) => new string([.. text.Where(static c => !char.IsControl(c))]).Trim();

    private static string[] Names(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(static each => Path.GetFileName(each)).Order(StringComparer.Ordinal)] : [];

    private static string[] ReadLines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
