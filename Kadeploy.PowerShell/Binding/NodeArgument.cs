using System.Collections;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Reads nodes from whatever names them.</summary>
internal static class NodeArgument
{
    /// <summary>Gets the properties that name a node, in the order in which they are looked at.</summary>
    public static IReadOnlyList<string> Properties { get; } = ["Node", "Name", "ComputerName", "DNSHostName", "HostName", "PSComputerName", "VMName", "MachineName"];

    /// <summary>Reads nodes.</summary>
    /// <param name="value">Text with names and ranges, names, sets, nodes, results, objects with one of <see cref="Properties"/>, or lists of these.</param>
    /// <param name="property">Gives a property of an object; null when it has none of that name.</param>
    /// <returns>The nodes.</returns>
    /// <exception cref="FormatException">The value names no node; the message says why.</exception>
    public static NodeSet Read(object? value, Func<object, string, object?> property)
    {
        var names = new List<NodeName>();
        var text = new List<string>();
        Add(value, property, names, text, depth: 0);
        // PowerShell parts lab-[1-4,7] at the comma when nobody quotes it; together it reads as it was written.
        if (text.Count > 0) names.AddRange(NodeSet.Parse(string.Join(',', text)).Names);
        return NodeSet.From(names);
    }

    private static void Add(object? value, Func<object, string, object?> property, List<NodeName> names, List<string> text, int depth)
    {
        switch (value)
        {
            case null:
                throw new FormatException(Strings.NodeMissing);
            case string written:
                text.Add(written);
                return;
            case NodeName name:
                names.Add(name);
                return;
            case NodeSet set:
                names.AddRange(set.Names);
                return;
            case Node node:
                names.Add(node.Name);
                return;
            case NodeResult result:
                names.Add(result.Node);
                return;
            case InventoryNode node:
                names.Add(node.Name);
                return;
            case NodeSelection { Patterns.IsEmpty: true } selection:
                names.AddRange(selection.Names.Names);
                return;
            case IEnumerable several and not IDictionary:
                foreach (var each in several) Add(each, property, names, text, depth + 1);
                return;
        }

        foreach (var name in Properties)
        {
            // Text again, or a name; an object in an object in an object is nobody's node.
            if (depth > 8 || property(value, name) is not { } found || found is "") continue;
            Add(found, property, names, text, depth + 1);
            return;
        }

        throw new FormatException(Strings.NoNodeProperty(string.Join(", ", Properties)));
    }
}
