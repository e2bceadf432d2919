namespace Kadeploy.Engine.Rights;

/// <summary>The rights of one principal while a grant is added to them.</summary>
internal sealed class OwnRights
{
    private readonly Dictionary<RightScope, List<StoredRight>> _byScope = [];
    private readonly NodeMap _nodes;

    /// <summary>Takes them up.</summary>
    /// <param name="rights">All rights of the principal.</param>
    /// <param name="nodes">Which node is in which cluster.</param>
    public OwnRights(IEnumerable<StoredRight> rights, NodeMap nodes)
    {
        _nodes = nodes;
        foreach (var each in rights) At(each.Right.Scope).Add(each);
    }

    /// <summary>Says whether a device of all nodes may be written already.</summary>
    /// <param name="part">The device.</param>
    /// <param name="window">The time.</param>
    /// <returns>Whether, all the time.</returns>
    public bool CoversEverywhere(RightPart part, RightWindow window) => Covers([RightScope.All], part, window);

    /// <summary>Says whether a device may be written already.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="part">The device.</param>
    /// <param name="window">The time.</param>
    /// <returns>Whether, by whatever rights, all the time.</returns>
    public bool Covers(RightScope scope, RightPart part, RightWindow window) =>
        Covers(scope.Node is { } node && _nodes.ClusterOf(node) is { } cluster ? [scope, RightScope.OfCluster(cluster), RightScope.All] : [scope, RightScope.All], part, window);

    /// <summary>Makes room for a right: joins it with rights that it goes on from, and drops those that it makes needless.</summary>
    /// <param name="right">The right.</param>
    /// <param name="decision">Receives the rows that go.</param>
    /// <returns>The right as it is with those that it was joined with.</returns>
    public Right Absorb(Right right, RightsDecision decision)
    {
        var here = At(right.Scope);
        for (var joined = true; joined;)
        {
            joined = false;
            foreach (var each in here.Where(each => each.Right.Part == right.Part && each.Right.Window.Touches(right.Window)).ToList())
            {
                right = right with { Window = right.Window.Join(each.Right.Window) };
                Remove(each, decision);
                joined = true;
            }
        }

        foreach (var scope in right.Scope.IsAll ? _byScope.Keys.ToList() : [right.Scope])
            foreach (var each in At(scope).Where(each => right.Part.Covers(each.Right.Part) && right.Window.Covers(each.Right.Window)).ToList())
                Remove(each, decision);
        here.Add(new(0, right));
        return right;
    }

    private bool Covers(ReadOnlySpan<RightScope> scopes, RightPart part, RightWindow window)
    {
        var windows = new List<RightWindow>();
        foreach (var scope in scopes)
            if (_byScope.TryGetValue(scope, out var rights)) windows.AddRange(rights.Where(each => each.Right.Part.Covers(part)).Select(static each => each.Right.Window));
        return WindowCover.Covers(windows, window);
    }

    private void Remove(StoredRight each, RightsDecision decision)
    {
        _byScope[each.Right.Scope].Remove(each);
        if (each.Key == 0) decision.Drop(each.Right);
        else decision.Drop(each);
    }

    private List<StoredRight> At(RightScope scope)
    {
        if (!_byScope.TryGetValue(scope, out var rights)) _byScope.Add(scope, rights = []);
        return rights;
    }
}
