using System.Collections.Immutable;

namespace Kadeploy.Engine.Workflow;

/// <summary>The slots that one node or set holds.</summary>
/// <remarks>A slot is kept while consecutive micro-steps need it (a boot in flight, from the reboot to the sign of life), so that it is not
/// queued for twice. Resources are taken in the order of the enumeration; what comes after a resource that has to be waited for is given back
/// first. So nobody waits in a circle.</remarks>
internal sealed class HeldSlots(Throttles throttles, OperationId operation)
{
    private readonly List<ThrottledResource> _held = new(2);

    /// <summary>Gives back what the next step does not need and waits for what it does.</summary>
    /// <param name="resources">What the next step needs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when all slots are held.</returns>
    public async Task ChangeAsync(ImmutableArray<ThrottledResource> resources, CancellationToken cancellationToken)
    {
        GiveBack(held => !resources.Contains(held));
        foreach (var resource in resources.Length < 2 ? resources : resources.Sort())
        {
            if (_held.Contains(resource)) continue;
            GiveBack(held => held > resource);
            await throttles[resource].AcquireAsync(operation, cancellationToken);
            _held.Add(resource);
        }
    }

    /// <summary>Gives back everything.</summary>
    public void Release() => GiveBack(static _ => true);

    private void GiveBack(Predicate<ThrottledResource> unneeded)
    {
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            var resource = _held[i];
            if (!unneeded(resource)) continue;
            _held.RemoveAt(i);
            throttles[resource].Release(operation);
        }
    }
}
