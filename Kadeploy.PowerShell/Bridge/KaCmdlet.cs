using System.ComponentModel;
using System.Management.Automation;
using Kadeploy.PowerShell.Errors;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>What all cmdlets have: the token that fires when the pipeline is stopped, and paths as the user means them.</summary>
public abstract class KaCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private protected CancellationToken StopToken => _stop.Token;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _stop.Dispose();
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It came to its end by itself at the same moment.
        }
    }

    /// <summary>Gives the full path of a file that the user named from where PowerShell stands, which is not where the process does.</summary>
    private protected string FullPath(string path) =>
        Uri.TryCreate(path, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")
            ? path
            : SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private protected void Throw(KadeployException failure) => ThrowTerminatingError(ErrorRecordFactory.From(ErrorReport.Of(failure)));
}
