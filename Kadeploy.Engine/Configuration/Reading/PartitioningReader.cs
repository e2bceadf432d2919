using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads which disk is deployed on and how it is partitioned.</summary>
internal static partial class PartitioningReader
{
    private const long Mebibyte = 1 << 20;

    /// <summary>Reads it.</summary>
    /// <param name="section">The table <c>partitioning</c>.</param>
    /// <param name="cluster">The cluster so far.</param>
    /// <returns>The cluster with its disk.</returns>
    public static Cluster Read(Section section, Cluster cluster)
    {
        cluster = Disk(section, cluster);
        cluster = Roles(section, cluster);
        var table = Table(section);
        var script = section.Location("script", exists: true);
        if (table is not null && script is not null) section.Problem("script", "and layout are both there; one of them partitions the disk");
        if (table is null && section.Has("table")) section.Problem("table", "is there, but layout, which says what is in the table, is missing");
        if (table is not null) CheckRoles(section, cluster, table);
        cluster = cluster with
        {
            PartitionTable = table,
            PartitionScript = script,
            SupportedFileSystems = section.Texts("supported_fs") ?? cluster.SupportedFileSystems,
            FormatOptions = section.Table("mkfs") is { } mkfs ? FormatOptions(mkfs) : cluster.FormatOptions,
        };
        section.End();
        return cluster;
    }

    private static Cluster Disk(Section section, Cluster cluster)
    {
        var device = section.Text("block_device");
        var rule = section.Table("disk");
        if (device is not null && rule is not null) section.Problem("disk", "and block_device are both there; one of them says which disk is meant");
        if (device is null && !section.Has("disk")) section.Missing("block_device", "name the disk, such as /dev/sda, or write disk with a rule that finds it");
        if (device is not null && !DevicePath().IsMatch(device)) section.Problem("block_device", $"is '{Quoted.Text(device)}'; write a path such as /dev/sda");
        return cluster with { BlockDevice = device ?? cluster.BlockDevice, DiskRule = rule is null ? null : Rule(rule) };
    }

    /// <summary>Reads a rule that finds a disk.</summary>
    /// <param name="section">The table <c>disk</c>.</param>
    /// <returns>The rule.</returns>
    public static DiskRule Rule(Section section)
    {
        var (atLeast, atMost) = Size(section);
        var rule = new DiskRule
        {
            Serial = section.Text("serial"),
            Wwn = section.Text("wwn"),
            Model = section.Text("model"),
            AtLeast = atLeast,
            AtMost = atMost,
            Smallest = section.Flag("smallest") ?? false,
        };
        section.End();
        if (rule == new DiskRule() && !section.Has("size")) section.Problem("says nothing; write serial, wwn, model, size or smallest");
        return rule;
    }

    private static (long? AtLeast, long? AtMost) Size(Section section)
    {
        long? atLeast = null, atMost = null;
        foreach (var text in section.Texts("size") ?? [])
        {
            var bytes = text.Length > 2 ? Sizes.Parse(text[2..]) : null;
            if (bytes is not null && text.StartsWith(">=", StringComparison.Ordinal)) atLeast = bytes;
            else if (bytes is not null && text.StartsWith("<=", StringComparison.Ordinal)) atMost = bytes;
            else section.Problem("size", $"is '{Quoted.Text(text)}'; write '>= ' or '<= ' and {Sizes.Expected}, or a list of both");
        }

        if (atLeast > atMost) section.Problem("size", "fits no disk: the smallest size is above the largest");
        return (atLeast, atMost);
    }

    private static Cluster Roles(Section section, Cluster cluster)
    {
        if (section.Table("partitions") is not { } roles)
        {
            if (!section.Has("partitions")) section.Missing("partitions", "write partitions: { deploy: NUMBER }, and swap, prod, tmp where there are such");
            return cluster;
        }

        if (!roles.Has("deploy")) roles.Missing("deploy", "write the number of the partition that receives the environment");
        cluster = cluster with
        {
            DeployPartition = roles.Integer("deploy", 1, PlanLimits.Partition) ?? cluster.DeployPartition,
            SwapPartition = Role(roles, "swap"),
            ProductionPartition = Role(roles, "prod"),
            TemporaryPartition = Role(roles, "tmp"),
        };
        foreach (var twice in new[] { cluster.DeployPartition, cluster.SwapPartition, cluster.ProductionPartition, cluster.TemporaryPartition }
                     .OfType<int>().GroupBy(static number => number).Where(static group => group.Count() > 1))
            section.Problem("partitions", $"gives partition {twice.Key} to {twice.Count()} uses");
        roles.End();
        return cluster;
    }

    private static int? Role(Section section, string key) =>
        section.Value(key) is YamlText { Value: "none" } ? null : section.Integer(key, 1, PlanLimits.Partition);

    private static PartitionTable? Table(Section section)
    {
        var scheme = section.Name<PartitionScheme>("table") ?? PartitionScheme.Gpt;
        var entries = section.Tables("layout");
        if (!section.Has("layout")) return null;
        if (entries.Count == 0) section.Problem("layout", "is empty");
        var numbers = new HashSet<int>();
        var partitions = ImmutableArray.CreateBuilder<PartitionEntry>();
        foreach (var (index, entry) in entries.Index())
        {
            if (!entry.Has("number")) entry.Missing("number");
            var number = entry.Integer("number", 1, PlanLimits.Partition) ?? 0;
            var kind = entry.Name<PartitionKind>("kind") ?? PartitionKind.Linux;
            if (number > 0 && !numbers.Add(number)) entry.Problem("number", $"is {number} a second time");
            if (scheme == PartitionScheme.Gpt && kind == PartitionKind.Extended) entry.Problem("kind", "is extended, which only a table of kind mbr has");
            if (scheme == PartitionScheme.Mbr && kind == PartitionKind.BiosBoot) entry.Problem("kind", "is bios_boot, which only a table of kind gpt needs");
            if (scheme == PartitionScheme.Mbr && kind == PartitionKind.Extended && number > 4) entry.Problem("number", $"is {number}; an extended partition has a number from 1 to 4");
            partitions.Add(new(number, kind, Size(entry, last: index == entries.Count - 1)));
            entry.End();
        }

        if (scheme == PartitionScheme.Mbr && numbers.Any(static number => number > 4) && partitions.All(static partition => partition.Kind != PartitionKind.Extended))
            section.Problem("layout", "has partitions with numbers above 4 but no partition of kind extended that could hold them");
        return new(scheme, partitions.ToImmutable());
    }

    private static long? Size(Section entry, bool last)
    {
        if (!entry.Has("size"))
        {
            entry.Missing("size", "write a size, or 'rest' for the last partition");
            return null;
        }

        if (entry.Text("size") is not { } text) return null;
        if (text == "rest")
        {
            if (!last) entry.Problem("size", "is 'rest', which only the last partition can take");
            return null;
        }

        // Tables count in mebibytes; what a decimal size has more is not used.
        if (Sizes.Parse(text) is { } bytes && bytes >= Mebibyte) return bytes / Mebibyte * Mebibyte;
        entry.Problem("size", $"is '{Quoted.Text(text)}'; write 'rest', or {Sizes.Expected}, at least 1 MiB");
        return null;
    }

    private static void CheckRoles(Section section, Cluster cluster, PartitionTable table)
    {
        (string Role, int? Number)[] roles =
        [
            ("deploy", cluster.DeployPartition), ("swap", cluster.SwapPartition), ("prod", cluster.ProductionPartition), ("tmp", cluster.TemporaryPartition),
        ];
        foreach (var (role, number) in roles)
        {
            if (number is null) continue;
            var entry = table.Partitions.FirstOrDefault(partition => partition.Number == number);
            if (entry is null) section.Problem("partitions", $"says that {role} is partition {number}, which is not in layout");
            else if (role == "swap" && entry.Kind != PartitionKind.Swap) section.Problem("partitions", $"says that swap is partition {number}, whose kind in layout is {Section.Snake(entry.Kind.ToString())}");
        }
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> FormatOptions(Section section)
    {
        var options = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var type in section.AcceptAll())
            if (section.Words(type) is { } words) options[type] = words;
        return options.ToImmutable();
    }

    [GeneratedRegex(@"\A/dev/[A-Za-z0-9][A-Za-z0-9/._:+@-]*(?<!/)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DevicePath();
}
