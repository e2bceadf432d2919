using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Errors;

namespace Kadeploy.PowerShell.Jobs;

/// <summary>Keeps what a job's work tells until somebody receives it.</summary>
/// <param name="job">The job.</param>
internal sealed class JobStreams(Job job) : ICmdletStreams
{
    public ValueTask WriteAsync(object value) => Add(job.Output, PSObject.AsPSObject(value));

    public ValueTask WriteErrorAsync(ErrorReport error) => Add(job.Error, ErrorRecordFactory.From(error));

    public ValueTask WriteWarningAsync(string text) => Add(job.Warning, new WarningRecord(text));

    public ValueTask WriteVerboseAsync(string text) => Add(job.Verbose, new VerboseRecord(text));

    public ValueTask ShowAsync(string text) => throw new InvalidOperationException("a job has no screen");

    public ValueTask WriteProgressAsync(ProgressReport progress) => Add(job.Progress, ProgressRecords.From(progress));

    public ValueTask<Consent> AskAsync(string description, string question) =>
        throw new InvalidOperationException("a job has nobody to ask; the question comes before it");

    public ValueTask StartJobAsync(JobWork work) => throw new InvalidOperationException("a job starts no job");

    public void SayAtTheEnd(string text) => Keep(job.Warning, new WarningRecord(text));

    private static ValueTask Add<T>(PSDataCollection<T> stream, T record)
    {
        Keep(stream, record);
        return ValueTask.CompletedTask;
    }

    // A job that was removed is told nothing more.
    private static void Keep<T>(PSDataCollection<T> stream, T record)
    {
        if (stream.IsOpen) stream.Add(record);
    }
}
