namespace Kadeploy.Engine.Workflow;

/// <summary>The throttles of one engine, one per resource.</summary>
internal sealed class Throttles
{
    private readonly Dictionary<ThrottledResource, FairThrottle> _byResource;

    /// <summary>Makes the throttles.</summary>
    /// <param name="slots">Gives the number of slots of a resource.</param>
    public Throttles(Func<ThrottledResource, int> slots) =>
        _byResource = Enum.GetValues<ThrottledResource>().ToDictionary(static resource => resource, resource => new FairThrottle(slots(resource)));

    /// <summary>Finds the throttle of a resource.</summary>
    /// <param name="resource">The resource.</param>
    public FairThrottle this[ThrottledResource resource] => _byResource[resource];
}
