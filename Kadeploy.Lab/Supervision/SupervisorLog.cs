namespace Kadeploy.Lab;

/// <summary>What the supervisor says of its work, with the time of day.</summary>
internal sealed class SupervisorLog(string file, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _writer = new(file, append: true) { AutoFlush = true };

    /// <summary>Adds a line.</summary>
    /// <param name="text">The line.</param>
    public void Write(string text)
    {
        lock (_gate) _writer.WriteLine($"{time.GetLocalNow():HH:mm:ss.fff} {text}");
    }

    public void Dispose() => _writer.Dispose();
}
