namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Refuses what is there twice in all files and the store together: two machines with one name, address or controller.</summary>
internal sealed class UniqueNames
{
    private readonly Dictionary<string, string> _places = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a cluster with its nodes.</summary>
    /// <param name="settings">The cluster.</param>
    /// <param name="line">The line where it begins.</param>
    /// <param name="problem">Is told what is there a second time, with its line.</param>
    public void Add(ClusterSettings settings, int line, Action<int, string> problem)
    {
        if (settings.Cluster.Name.Length > 0) Check($"cluster {settings.Cluster.Name}", settings.Place, text => problem(line, text));
        // Controllers come last: where a whole entry is there twice, its name is what people look for.
        foreach (var entry in settings.Entries)
            foreach (var claim in entry.Claims().Where(static claim => !IsController(claim))) Check(claim, entry.Place, text => problem(entry.Line, text));
        foreach (var entry in settings.Entries)
            foreach (var claim in entry.Claims().Where(IsController)) Check(claim, entry.Place, text => problem(entry.Line, text));
    }

    /// <summary>Adds a node.</summary>
    /// <param name="entry">The node.</param>
    /// <param name="problem">Is told what is there a second time.</param>
    public void Add(NodeEntry entry, Action<string> problem)
    {
        foreach (var claim in entry.Claims()) Check(claim, entry.Place, problem);
    }

    /// <summary>Says where something is that no two may have.</summary>
    /// <param name="what">In words, such as <c>cluster lab</c>.</param>
    /// <returns>The place; null when it is nowhere.</returns>
    public string? PlaceOf(string what) => _places.GetValueOrDefault(what);

    private static bool IsController(string claim) => claim.StartsWith("controller ", StringComparison.Ordinal);

    private void Check(string what, string place, Action<string> problem)
    {
        if (!_places.TryAdd(what, place)) problem($"{what} is there a second time; the first is in {_places[what]}");
    }
}
