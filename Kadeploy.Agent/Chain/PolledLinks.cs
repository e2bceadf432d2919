using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Chain;

/// <summary>The links of one wait: what each waits for, and what happened to it.</summary>
/// <param name="entries">Where entries stand; three before those of the links.</param>
/// <param name="links">Gets the links.</param>
internal readonly unsafe ref struct PolledLinks(Libc.PollEntry* entries, List<Link> links)
{
    private const int First = 3;
    private readonly Libc.PollEntry* _entries = entries;

    /// <summary>Gets the number of entries, those before the links included.</summary>
    public int Count => First + links.Count;

    /// <summary>Adds a link.</summary>
    /// <param name="link">The link; null adds nothing.</param>
    /// <param name="reads">Whether what comes would be taken.</param>
    public void Add(Link? link, bool reads)
    {
        if (link is null || link.Failure is not null) return;
        short wanted = 0;
        if (reads && !link.IsPaused && !link.CanRead)
        {
            wanted |= Libc.PollIn;
            link.PrepareWait();
        }

        if (link.WantsToWrite) wanted |= Libc.PollOut;
        _entries[Count] = new() { Descriptor = wanted == 0 ? -1 : link.Socket, Wanted = wanted };
        links.Add(link);
    }

    /// <summary>Tells each link what happened to it.</summary>
    public void Take()
    {
        for (var i = 0; i < links.Count; i++)
        {
            var happened = _entries[First + i].Happened;
            if ((happened & (Libc.PollIn | Libc.PollError)) != 0) links[i].CanRead = true;
            if ((happened & (Libc.PollOut | Libc.PollError)) != 0) links[i].CanWrite = true;
        }
    }
}
