using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Chain;

/// <summary>The links of one wait: what each waits for, and what happened to it.</summary>
internal unsafe ref struct PolledLinks(Libc.PollEntry* entries)
{
    private const int First = 3;
    private readonly Libc.PollEntry* _entries = entries;
    private List<Link>? _links;

    /// <summary>Gets the number of entries, those before the links included.</summary>
    public readonly int Count => First + (_links?.Count ?? 0);

    /// <summary>Adds a link.</summary>
    /// <param name="link">The link; null adds nothing.</param>
    /// <param name="reads">Whether what comes would be taken.</param>
    public void Add(Link? link, bool reads)
    {
        if (link is null || link.Failure is not null) return;
        short wanted = 0;
        if (reads && !link.IsPaused && !link.CanRead) wanted |= Libc.PollIn;
        if (link.WantsToWrite) wanted |= Libc.PollOut;
        _entries[Count] = new() { Descriptor = wanted == 0 ? -1 : link.Socket, Wanted = wanted };
        (_links ??= []).Add(link);
    }

    /// <summary>Tells each link what happened to it.</summary>
    public readonly void Take()
    {
        for (var i = 0; i < (_links?.Count ?? 0); i++)
        {
            var happened = _entries[First + i].Happened;
            if ((happened & (Libc.PollIn | Libc.PollError)) != 0) _links![i].CanRead = true;
            if ((happened & (Libc.PollOut | Libc.PollError)) != 0) _links![i].CanWrite = true;
        }
    }
}
