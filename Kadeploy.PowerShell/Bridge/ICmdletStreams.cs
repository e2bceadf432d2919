namespace Kadeploy.PowerShell.Bridge;

/// <summary>What a cmdlet's work tells PowerShell; it knows no type of PowerShell, so that the work runs in a cmdlet, in a job and in a test alike.</summary>
/// <remarks>Calls may come from any thread. Each ends when what it tells has been taken, which may be when the user has looked at it. A call that comes after the pipeline was
/// stopped is cancelled.</remarks>
internal interface ICmdletStreams
{
    /// <summary>Emits an object.</summary>
    /// <param name="value">The object; a collection is emitted as one.</param>
    /// <returns>A task that ends when it was taken.</returns>
    ValueTask WriteAsync(object value);

    /// <summary>Tells of an error that does not end the work.</summary>
    /// <param name="error">The error.</param>
    /// <returns>A task that ends when it was taken.</returns>
    ValueTask WriteErrorAsync(ErrorReport error);

    /// <summary>Warns.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A task that ends when it was taken.</returns>
    ValueTask WriteWarningAsync(string text);

    /// <summary>Tells what only those want to know who ask for it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A task that ends when it was taken.</returns>
    ValueTask WriteVerboseAsync(string text);

    /// <summary>Shows text on the user's screen, as it is; it is no output.</summary>
    /// <param name="text">The text with its ends of lines.</param>
    /// <returns>A task that ends when it is shown, so that what the caller does next comes after it.</returns>
    ValueTask ShowAsync(string text);

    /// <summary>Shows progress.</summary>
    /// <param name="progress">The progress.</param>
    /// <returns>A task that ends when it was taken.</returns>
    ValueTask WriteProgressAsync(ProgressReport progress);

    /// <summary>Asks whether to go on, as <c>-WhatIf</c>, <c>-Confirm</c> and <c>-Force</c> demand.</summary>
    /// <param name="description">What would be done, for <c>-WhatIf</c>.</param>
    /// <param name="question">What is asked, for <c>-Confirm</c>.</param>
    /// <returns>The answer.</returns>
    ValueTask<Consent> AskAsync(string description, string question);

    /// <summary>Starts a job and emits it.</summary>
    /// <param name="job">What it does.</param>
    /// <returns>A task that ends when it is started.</returns>
    ValueTask StartJobAsync(JobWork job);

    /// <summary>Tells something that must be said even when the pipeline has been stopped in the meantime.</summary>
    /// <param name="text">The text.</param>
    void SayAtTheEnd(string text);
}

/// <summary>An answer to the question whether to go on.</summary>
internal enum Consent
{
    /// <summary>Yes.</summary>
    Given,

    /// <summary>No.</summary>
    Refused,

    /// <summary>Nothing is to be done, only said.</summary>
    WhatIf,
}

/// <summary>What a job does.</summary>
/// <param name="Name">The job's name.</param>
/// <param name="Work">Does it; its token fires only when the job is given up.</param>
/// <param name="CancelAsync">Ends it early and in good order.</param>
internal sealed record JobWork(string Name, Func<ICmdletStreams, CancellationToken, Task> Work, Func<Task> CancelAsync);
