using Kadeploy.Agent.Linux;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Gets single blocks from the server: those that came wrong, and those that no neighbour holds any more.</summary>
/// <param name="settings">The broadcast.</param>
/// <param name="intake">Takes what comes.</param>
/// <param name="window">What is there.</param>
internal sealed class RepairDesk(ChainSettings settings, BlockIntake intake, BlockWindow window) : IDisposable
{
    private const int SilenceMilliseconds = 3000;
    private const int MostWrongFromServer = 5;
    private readonly List<(long From, long To)> _wanted = [];
    private long _retryAt;
    private bool _isAsked;

    /// <summary>Gets the connection; null when nothing is missing.</summary>
    public SourceLink? Link { get; private set; }

    /// <summary>Gets a value indicating whether blocks are wrong again and again that the server itself sends.</summary>
    public bool IsServerWrong { get; private set; }

    /// <summary>Gets a value indicating whether something is being fetched.</summary>
    public bool IsOpen => _wanted.Count > 0;

    /// <summary>Asks for blocks.</summary>
    public void Ask(long from, long to)
    {
        if (to <= from) return;
        if (!_wanted.Exists(each => each.From <= from && each.To >= to)) _wanted.Add((from, to));
        if (Link is { IsOpen: true }) Link.Want(new(from, to, true, false));
    }

    /// <summary>Gives up everything that was asked for: it comes by another way.</summary>
    public void Forget()
    {
        _wanted.Clear();
        Close();
    }

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether anything has.</returns>
    public bool Receive() => Link?.Receive() ?? false;

    /// <summary>Looks after the connection.</summary>
    public void Tend(long now)
    {
        _wanted.RemoveAll(range => HasAll(range.From, range.To));
        if (_wanted.Count == 0)
        {
            Close();
            return;
        }

        if (Link is { } link)
        {
            if (link.WrongBlocks > MostWrongFromServer) IsServerWrong = true;
            if (link.IsPaused) link.Rest(now);
            if (link.Failure is not null || now - link.LastHeard > SilenceMilliseconds)
            {
                Close();
                _retryAt = now + 300;
            }
            else if (link.IsOpen && !_isAsked)
            {
                foreach (var (from, to) in _wanted) link.Want(new(from, to, true, false));
                _isAsked = true;
            }
        }
        else if (now >= _retryAt)
        {
            var socket = Sockets.Connect(settings.Servers[0]);
            if (socket >= 0) Link = new(socket, settings, ChainWire.Server, intake);
            else _retryAt = now + 300;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private bool HasAll(long from, long to)
    {
        for (var block = Math.Max(from, window.Position); block < to; block++)
            if (!window.Has(block)) return false;
        return true;
    }

    private void Close()
    {
        Link?.Abandon();
        Link?.Dispose();
        Link = null;
        _isAsked = false;
    }
}
