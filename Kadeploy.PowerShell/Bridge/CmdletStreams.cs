using System.Management.Automation;
using System.Management.Automation.Host;
using Kadeploy.PowerShell.Errors;
using Kadeploy.PowerShell.Jobs;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>Tells a cmdlet's pipeline. Called on the pipeline's thread only.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="forced">Whether the user has said that no question is to be asked.</param>
internal sealed class CmdletStreams(PSCmdlet cmdlet, bool forced) : ICmdletStreams
{
    /// <summary>Says whether nothing is to be done, only said.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <returns>Whether it is so.</returns>
    public static bool WantsWhatIf(PSCmdlet cmdlet) => LanguagePrimitives.IsTrue(Given(cmdlet, "WhatIf") ?? cmdlet.GetVariableValue("WhatIfPreference"));

    public ValueTask WriteAsync(object value)
    {
        cmdlet.WriteObject(value);
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteErrorAsync(ErrorReport error)
    {
        cmdlet.WriteError(ErrorRecordFactory.From(error));
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteWarningAsync(string text)
    {
        cmdlet.WriteWarning(text);
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteVerboseAsync(string text)
    {
        cmdlet.WriteVerbose(text);
        return ValueTask.CompletedTask;
    }

    public ValueTask ShowAsync(string text)
    {
        try
        {
            cmdlet.Host.UI?.Write(text);
        }
        catch (HostException)
        {
            // A host without a screen.
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask WriteProgressAsync(ProgressReport progress)
    {
        cmdlet.WriteProgress(ProgressRecords.From(progress));
        return ValueTask.CompletedTask;
    }

    public ValueTask<Consent> AskAsync(string description, string question)
    {
        if (forced && !WantsWhatIf(cmdlet)) return ValueTask.FromResult(Consent.Given);
        if (cmdlet.ShouldProcess(description, question, Strings.ConfirmCaption, out var reason)) return ValueTask.FromResult(Consent.Given);
        return ValueTask.FromResult(reason.HasFlag(ShouldProcessReason.WhatIf) ? Consent.WhatIf : Consent.Refused);
    }

    public ValueTask StartJobAsync(JobWork job)
    {
        var started = new KaDeploymentJob(job, cmdlet.MyInvocation.Line);
        KaDeploymentJobSource.Add(started);
        started.StartJob();
        cmdlet.WriteObject(started);
        return ValueTask.CompletedTask;
    }

    public void SayAtTheEnd(string text)
    {
        try
        {
            cmdlet.WriteWarning(text);
        }
        catch (PipelineStoppedException)
        {
            // The pipeline takes nothing any more, but somebody looks at the screen.
            if (WantsWarnings()) Say(cmdlet.Host, text);
        }
    }

    private bool WantsWarnings() =>
        LanguagePrimitives.ConvertTo<string>(Given(cmdlet, "WarningAction") ?? cmdlet.GetVariableValue("WarningPreference")) is not ("SilentlyContinue" or "Ignore");

    private static object? Given(PSCmdlet cmdlet, string parameter) => cmdlet.MyInvocation.BoundParameters.TryGetValue(parameter, out var value) ? value : null;

    private static void Say(PSHost host, string text)
    {
        try
        {
            host.UI?.WriteWarningLine(text);
        }
        catch (HostException)
        {
            // A host without a screen.
        }
    }
}
