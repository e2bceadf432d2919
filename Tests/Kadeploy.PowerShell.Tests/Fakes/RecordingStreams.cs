using System.Collections.Concurrent;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Tests.Fakes;

/// <summary>Notes what it is told, and by which thread.</summary>
internal sealed class RecordingStreams : ICmdletStreams
{
    public ConcurrentQueue<object> Told { get; } = [];

    public ConcurrentBag<int> Threads { get; } = [];

    public List<string> Farewells { get; } = [];

    public Consent Answer { get; set; } = Consent.Given;

    public Action<object>? OnTold { get; set; }

    public ValueTask WriteAsync(object value) => Tell(value);

    public ValueTask WriteErrorAsync(ErrorReport error) => Tell(error);

    public ValueTask WriteWarningAsync(string text) => Tell($"warning: {text}");

    public ValueTask WriteVerboseAsync(string text) => Tell($"verbose: {text}");

    public ValueTask ShowAsync(string text) => Tell($"shown: {text}");

    public ValueTask WriteProgressAsync(ProgressReport progress) => Tell(progress);

    public ValueTask<Consent> AskAsync(string description, string question)
    {
        Note(("ask", description, question));
        return ValueTask.FromResult(Answer);
    }

    public ValueTask StartJobAsync(JobWork job) => Tell(job);

    public void SayAtTheEnd(string text)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        Farewells.Add(text);
    }

    private ValueTask Tell(object what)
    {
        Note(what);
        return ValueTask.CompletedTask;
    }

    private void Note(object what)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        Told.Enqueue(what);
        OnTold?.Invoke(what);
    }
}
