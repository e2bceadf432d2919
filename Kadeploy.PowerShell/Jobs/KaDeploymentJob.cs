using System.ComponentModel;
using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Jobs;

/// <summary>A deployment that goes on while PowerShell does other things: results, errors and progress are received from it, and stopping it cancels the deployment.</summary>
public sealed class KaDeploymentJob : Job2
{
    private readonly JobWork _work;
    private readonly CancellationTokenSource _over = new();
    private volatile bool _stopping;
    private Task _running = Task.CompletedTask;

    internal KaDeploymentJob(JobWork work, string command)
        : base(command, work.Name)
    {
        _work = work;
        PSJobTypeName = "KaDeployment";
    }

    /// <inheritdoc/>
    public override bool HasMoreData =>
        Output.Count > 0 || Error.Count > 0 || Progress.Count > 0 || Warning.Count > 0 || Verbose.Count > 0 || Debug.Count > 0 || Information.Count > 0;

    /// <inheritdoc/>
    public override string Location => "localhost";

    /// <inheritdoc/>
    public override string StatusMessage => JobStateInfo.State.ToString();

    /// <inheritdoc/>
    public override void StartJob()
    {
        SetJobState(JobState.Running);
        // Owned by the job: whoever stops or removes it waits for this.
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public override void StartJobAsync()
    {
        StartJob();
        OnStartJobCompleted(new AsyncCompletedEventArgs(null, false, null));
    }

    /// <inheritdoc/>
    public override void StopJob()
    {
        if (IsFinishedState(JobStateInfo.State)) return;
        _stopping = true;
        SetJobState(JobState.Stopping);
        // PowerShell's contract: the job has stopped on return.
        Task.Run(StopAsync).Wait();
    }

    /// <inheritdoc/>
    public override void StopJobAsync()
    {
        StopJob();
        OnStopJobCompleted(new AsyncCompletedEventArgs(null, false, null));
    }

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason) => StopJob();

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason) => StopJobAsync();

    /// <inheritdoc/>
    public override void SuspendJob() => throw NotSuspended();

    /// <inheritdoc/>
    public override void SuspendJob(bool force, string reason) => throw NotSuspended();

    /// <inheritdoc/>
    public override void SuspendJobAsync() => OnSuspendJobCompleted(new AsyncCompletedEventArgs(NotSuspended(), false, null));

    /// <inheritdoc/>
    public override void SuspendJobAsync(bool force, string reason) => SuspendJobAsync();

    /// <inheritdoc/>
    public override void ResumeJob() => throw NotSuspended();

    /// <inheritdoc/>
    public override void ResumeJobAsync() => OnResumeJobCompleted(new AsyncCompletedEventArgs(NotSuspended(), false, null));

    /// <inheritdoc/>
    public override void UnblockJob() => throw NotSuspended();

    /// <inheritdoc/>
    public override void UnblockJobAsync() => OnUnblockJobCompleted(new AsyncCompletedEventArgs(NotSuspended(), false, null));

    /// <summary>Lets the deployment go on without being followed here.</summary>
    internal void StopFollowing() => _over.Cancel();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) StopFollowing();
        base.Dispose(disposing);
    }

    private static PSNotSupportedException NotSuspended() => new(Strings.JobStopUnsupported);

    private static bool IsFinishedState(JobState state) => state is JobState.Completed or JobState.Failed or JobState.Stopped;

    private async Task RunAsync()
    {
        var streams = new JobStreams(this);
        try
        {
            await _work.Work(streams, _over.Token).ConfigureAwait(false);
            SetJobState(_stopping ? JobState.Stopped : JobState.Completed);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            SetJobState(JobState.Stopped);
        }
        catch (KadeployException failure)
        {
            await streams.WriteErrorAsync(ErrorReport.Of(failure)).ConfigureAwait(false);
            SetJobState(JobState.Failed);
        }
        catch (Exception defect)
        {
            // A job has no caller that this could be thrown to.
            if (Error.IsOpen) Error.Add(new(defect, FaultCodes.Internal.ToString(), ErrorCategory.NotSpecified, null));
            SetJobState(JobState.Failed);
        }
    }

    private async Task StopAsync()
    {
        try
        {
            await _work.CancelAsync().ConfigureAwait(false);
        }
        catch (KadeployException)
        {
            // It has ended in the meantime, or cannot be reached; then it is followed no more.
            await _over.CancelAsync().ConfigureAwait(false);
        }

        await _running.ConfigureAwait(false);
    }
}
