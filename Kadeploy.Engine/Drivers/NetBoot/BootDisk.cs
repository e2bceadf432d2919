using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Knows the number that the firmware gives a disk.</summary>
/// <remarks>Firmware numbers disks in its boot order, Linux names them in the order of discovery: a name tells the number only where both agree, as
/// they do with one disk or one controller. Where they do not, the number is configured.</remarks>
internal static partial class BootDisk
{
    /// <summary>Finds a disk's number.</summary>
    /// <param name="entry">The disk.</param>
    /// <param name="configured">Numbers that are configured; they win, by the name that was given before the one that the disk was found to have.</param>
    /// <returns>From 0; null when the name does not tell.</returns>
    public static int? Number(BootEntry.LocalDisk entry, ImmutableDictionary<string, int> configured)
    {
        var device = entry.BlockDevice;
        if (entry.GivenName is { } given && configured.TryGetValue(given, out var number)) return number;
        if (configured.TryGetValue(device, out number)) return number;
        if (Lettered().Match(device) is { Success: true } letters)
            return letters.Groups[1].Value.Aggregate(0, static (sum, letter) => (sum * 26) + letter - 'a' + 1) - 1; // sdz, sdaa
        // An NVMe disk's name ends with the number of its name space, which is 1 on nearly all; the controller is what is counted.
        return Numbered().Match(device) is { Success: true } digits ? int.Parse(digits.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex("^/dev/(?:sd|hd|vd|xvd)([a-z]{1,3})$", RegexOptions.CultureInvariant)]
    private static partial Regex Lettered();

    [GeneratedRegex("^/dev/(?:nvme(?=[0-9]+n1$)|mmcblk(?=[0-9]+$))([0-9]{1,4})", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();
}
