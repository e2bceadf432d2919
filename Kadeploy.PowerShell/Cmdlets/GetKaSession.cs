using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Loading;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Shows what this runspace works with.</summary>
/// <remarks>
/// <para>Gives the session that Set-KaSession chose in this runspace, or the default one, with all places named. The object is plain values: it holds no connection and no secret, and can be
/// given to -Session of other commands, in this runspace or in another.</para>
/// </remarks>
/// <example>
/// <code>Get-KaSession</code>
/// <para>Shows the state directory, the configuration, and whether nodes are simulated.</para>
/// </example>
/// <example>
/// <code>$s = Get-KaSession
/// 1..4 | ForEach-Object -Parallel { Get-KaDeployment -Last $_ -Session $using:s }</code>
/// <para>Hands the session on to other runspaces.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem (Get-KaSession).StateDirectory</code>
/// <para>Shows the files of the state.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaSession")]
[OutputType(typeof(KaSession))]
public sealed class GetKaSession : KaCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            WriteObject(EngineLoader.Complete(SessionChoice.Current));
        }
        catch (KadeployException failure)
        {
            Throw(failure);
        }
    }
}
