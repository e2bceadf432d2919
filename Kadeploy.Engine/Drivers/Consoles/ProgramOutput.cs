using System.Text;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Parts what a console's program says of itself from what the node prints.</summary>
/// <param name="greeting">How the line begins by which the program says that it is connected; empty when it says nothing.</param>
/// <param name="hub">Who gets what the node prints.</param>
internal sealed class ProgramOutput(string greeting, ConsoleHub hub)
{
    private const int MostEarly = 8192;

    private readonly List<byte> _early = [];
    private readonly Lock _gate = new();
    private volatile bool _closed;
    private bool _greeted = greeting.Length == 0;
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a value indicating whether the line is up, or was.</summary>
    public bool IsUp => _up.Task.IsCompleted;

    /// <summary>Gets a task that ends when the line is up.</summary>
    public Task WhenUp => _up.Task;

    /// <summary>Gets the lines that came before the line was up: the program's own words.</summary>
    public IEnumerable<string> Early
    {
        get
        {
            byte[] early;
            lock (_gate) early = [.. _early];
            return Encoding.UTF8.GetString(early).Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0);
        }
    }

    /// <summary>Takes what came next.</summary>
    /// <param name="bytes">What came.</param>
    public void Add(Memory<byte> bytes)
    {
        lock (_gate)
            if (!_closed) Take(bytes);
    }

    /// <summary>Says that the line is up, once.</summary>
    public void Up()
    {
        if (!_closed && _up.TrySetResult()) hub.Up();
    }

    /// <summary>Takes nothing any more: what comes is of no program that has the line.</summary>
    public void Close()
    {
        lock (_gate) _closed = true;
    }

    private void Take(Memory<byte> bytes)
    {
        if (_greeted)
        {
            Up();
            hub.Output(bytes.Span);
            return;
        }

        // Until the greeting's line is there as a whole, and what else a program may print before it.
        _early.AddRange(bytes.Span);
        var text = Encoding.Latin1.GetString([.. _early]);
        var start = text.IndexOf(greeting, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('\n', start);
        if (end < 0 && !(IsUp && start < 0 && !greeting.StartsWith(text, StringComparison.Ordinal)))
        {
            if (_early.Count > MostEarly) _early.RemoveRange(0, _early.Count - MostEarly);
            return;
        }

        // Where the line was up before, and what comes is no greeting, it is the node's.
        var rest = _early.Skip(end + 1).ToArray();
        _early.Clear();
        _greeted = true;
        Up();
        hub.Output(rest);
    }
}
