using System.Collections.Immutable;

namespace Kadeploy.Engine.Inventories;

/// <summary>Changes what is recorded of a node; what is not said stays.</summary>
internal static class NodeMerge
{
    /// <summary>Makes a change.</summary>
    /// <param name="before">What is recorded.</param>
    /// <param name="said">What is said of this node, ranges written out; what is not said is null, empty or as by default.</param>
    /// <param name="change">The whole change, which knows what is said.</param>
    /// <returns>What is to be recorded.</returns>
    public static NodeDefinition Apply(NodeDefinition before, NodeDefinition said, NodeChange change)
    {
        var settings = change.Settings;
        var after = change.Cleared.Aggregate(before, Clear);
        return after with
        {
            Cluster = settings.Cluster ?? after.Cluster,
            Address = said.Address ?? after.Address,
            MacAddresses = settings.MacAddresses is null ? after.MacAddresses : said.MacAddresses,
            Controller = said.Controller is { } controller ? Merge(after.Controller, controller) : after.Controller,
            Disk = said.Disk is { } disk ? Merge(after.Disk, disk, settings) : after.Disk,
            Console = said.Console ?? after.Console,
            Groups = Merge(settings.Groups ?? after.Groups, change.AddedGroups, change.RemovedGroups),
            Tags = Merge(settings.Tags ?? after.Tags, change.AddedTags, change.RemovedTags),
            Description = settings.Description is null ? after.Description : said.Description,
        };
    }

    private static NodeDefinition Clear(NodeDefinition node, NodeField field) => field switch
    {
        NodeField.Address => node with { Address = null },
        NodeField.Macs => node with { MacAddresses = [] },
        NodeField.Bmc => node with { Controller = null },
        NodeField.Disk => node with { Disk = null },
        NodeField.Console => node with { Console = null },
        NodeField.Commands => node with { Commands = null },
        NodeField.Groups => node with { Groups = [] },
        NodeField.Tags => node with { Tags = [] },
        NodeField.Description => node with { Description = "" },
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "no such field"),
    };

    private static NodeController Merge(NodeController? before, NodeController said)
    {
        var after = before ?? new("");
        return new(said.Address.Length > 0 ? said.Address : after.Address)
        {
            User = said.User ?? after.User,
            // One place of the password takes the other's.
            PasswordFile = said.PasswordFile ?? (said.PasswordVariable is null ? after.PasswordFile : null),
            PasswordVariable = said.PasswordVariable ?? (said.PasswordFile is null ? after.PasswordVariable : null),
            Port = said.Port ?? after.Port,
            CipherSuite = said.CipherSuite ?? after.CipherSuite,
            Privilege = said.Privilege ?? after.Privilege,
        };
    }

    private static DiskRule Merge(DiskRule? before, DiskRule said, NodeSettings settings)
    {
        var after = before ?? new();
        return new()
        {
            Serial = said.Serial ?? after.Serial,
            Wwn = said.Wwn ?? after.Wwn,
            Model = said.Model ?? after.Model,
            AtLeast = settings.DiskSizes is null ? after.AtLeast : said.AtLeast,
            AtMost = settings.DiskSizes is null ? after.AtMost : said.AtMost,
            Smallest = settings.SmallestDisk ?? after.Smallest,
        };
    }

    private static ImmutableArray<string> Merge(ImmutableArray<string> labels, ImmutableArray<string> added, ImmutableArray<string> removed) =>
        [.. labels.Concat(added.Where(label => !labels.Contains(label)).Distinct()).Where(label => !removed.Contains(label))];
}
