namespace Kadeploy.PowerShell.Binding;

/// <summary>Reads where a right holds from whatever names nodes, clusters, or all nodes.</summary>
internal static class RightScopeArgument
{
    /// <summary>Reads it.</summary>
    /// <param name="value">Text such as <c>lab-[1-4]</c>, <c>cluster:lab</c> or <c>*</c>; scopes, rights, clusters; whatever names nodes; or lists of these.</param>
    /// <param name="property">Gives a property of an object; null when it has none of that name.</param>
    /// <returns>The scopes, each once; only all nodes when these are among them.</returns>
    /// <exception cref="FormatException">The value names nothing of that; the message says why.</exception>
    public static RightScope[] Read(object? value, Func<object, string, object?> property)
    {
        var scopes = new List<RightScope>();
        var text = new List<string>();
        var nodes = new List<object>();
        foreach (var each in value is object[] several ? several : [value!])
        {
            switch (each)
            {
                case string written:
                    text.Add(written);
                    break;
                case RightScope scope:
                    scopes.Add(scope);
                    break;
                case Right right:
                    scopes.Add(right.Scope);
                    break;
                case InventoryCluster cluster:
                    scopes.Add(RightScope.OfCluster(cluster.Name));
                    break;
                default:
                    nodes.Add(each);
                    break;
            }
        }

        // PowerShell parts lab-[1-4,7] at the comma when nobody quotes it; together it reads as it was written.
        if (text.Count > 0) scopes.AddRange(string.Join(',', text).Trim() is { Length: > 0 } list ? RightScope.ParseList(list) : throw new FormatException(Strings.NodeMissing));
        if (nodes.Count > 0) scopes.AddRange(NodeArgument.Read(nodes.ToArray(), property).Names.Select(RightScope.Of));
        return scopes.Contains(RightScope.All) ? [RightScope.All] : [.. scopes.Distinct()];
    }
}
