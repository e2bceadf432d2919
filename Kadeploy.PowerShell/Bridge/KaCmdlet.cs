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
    private protected string FullPath(string path) => IsAddress(path) ? path : SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>Gives the full paths of files that the user named, perhaps by wildcards; addresses stay as they are.</summary>
    /// <exception cref="ConfigurationException">Wildcards fit no file.</exception>
    private protected IReadOnlyList<string> FullPaths(string path)
    {
        var plain = FullPath(path);
        if (IsAddress(path) || !WildcardPattern.ContainsWildcardCharacters(path) || File.Exists(plain)) return [plain];
        var found = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        return found.Count > 0 ? found : throw new ConfigurationException(Strings.NoFile(path));
    }

    private static bool IsAddress(string path) => Uri.TryCreate(path, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https");

    private protected void Throw(KadeployException failure) => ThrowTerminatingError(ErrorRecordFactory.From(ErrorReport.Of(failure)));
}
