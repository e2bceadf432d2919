using System.Management.Automation;
using Kadeploy.PowerShell.Loading;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>A cmdlet that collects what the pipeline brings and then does one thing with all of it.</summary>
public abstract class KaAsyncCmdlet : KaCmdlet
{
    /// <summary>What to work with, from Get-KaSession or Set-KaSession -PassThru. The default is what Set-KaSession chose in this runspace, else the state and the
    /// configuration that the command line uses.</summary>
    [Parameter]
    [ValidateNotNull]
    public KaSession? Session { get; set; }

    /// <summary>Gets a value indicating whether the user has said that no question is to be asked.</summary>
    private protected virtual bool Forced => false;

    /// <summary>Takes what is bound for one object of the pipeline.</summary>
    private protected virtual void Collect()
    {
    }

    /// <summary>Looks at what needs PowerShell's own thread, such as paths, before the work begins.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Does what the cmdlet is for.</summary>
    /// <param name="session">The session; it is disposed when this ends.</param>
    /// <param name="streams">What to tell PowerShell.</param>
    /// <param name="cancellationToken">Fires when the pipeline is stopped.</param>
    /// <returns>A task.</returns>
    private protected abstract Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            Collect();
        }
        catch (KadeployException failure)
        {
            Throw(failure);
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        var settings = Session ?? SessionChoice.Current;
        try
        {
            Prepare();
            PipelineBridge.Run(
                new CmdletStreams(this, Forced),
                async (streams, stopped) =>
                {
                    var session = EngineLoader.Sessions.Open(settings);
                    await using (session.ConfigureAwait(false)) await ProcessAsync(session, streams, stopped).ConfigureAwait(false);
                },
                StopToken);
        }
        catch (KadeployException failure)
        {
            Throw(failure);
        }
    }
}
