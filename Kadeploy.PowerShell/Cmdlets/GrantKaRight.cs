using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Gives a user or a group rights on nodes.</summary>
/// <remarks>
/// <para>A right lets somebody deploy nodes, reboot them, switch them and see their consoles; for a deployment it also says which disk or partition may be written. Rights are added to those that
/// are there; granting what is there changes nothing and is no error. Only administrators grant rights.</para>
/// <para>When others have rights on one of the nodes in that time, nothing is granted unless -Overwrite is there: then they lose them, and what they do there is stopped, which is said as
/// warnings. A grant for all nodes asks nobody. Rights of administrators are in nobody's way, nor is a group's in the way of its members.</para>
/// </remarks>
/// <example>
/// <code>Grant-KaRight alice lab-[1-4] -For 02:00:00</code>
/// <para>Gives a user four nodes for two hours, beginning now.</para>
/// </example>
/// <example>
/// <code>Grant-KaRight '@students' cluster:lab -From '2026-03-02 08:00' -Until '2026-03-02 12:00'</code>
/// <para>Gives a group a cluster for a morning.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Tag rack=r7 | Grant-KaRight bob -Part /dev/sda3 -PassThru</code>
/// <para>Gives a user one partition of some nodes without end, and shows the rights.</para>
/// </example>
/// <example>
/// <code>Grant-KaRight carol lab-[1-4] -For 08:00:00 -Overwrite -WhatIf</code>
/// <para>Says what would be taken over for a working day.</para>
/// </example>
[Cmdlet(VerbsSecurity.Grant, "KaRight", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Right))]
public sealed class GrantKaRight : KaAsyncCmdlet
{
    private readonly List<RightScope> _scopes = [];

    /// <summary>Who is to have the right: a user, or @GROUP of the configuration.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Principal")]
    [PrincipalTransformation]
    [ArgumentCompleter(typeof(PrincipalCompleter))]
    public Principal User { get; set; }

    /// <summary>Where: names and ranges of nodes, cluster:NAME for the nodes that a cluster has at the time, * for all nodes, or objects that name nodes or are clusters. All that the pipeline
    /// brings is granted together.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("Scope", "ComputerName")]
    [RightScopeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public RightScope[] Node { get; set; } = [];

    /// <summary>The disks or partitions that a deployment may write, such as /dev/sda3, by their exact path. The default is all.</summary>
    [Parameter]
    [Alias("Device")]
    [RightPartTransformation]
    [ValidateNotNullOrEmpty]
    public RightPart[] Part { get; set; } = [];

    /// <summary>When the right begins. The default is at once.</summary>
    [Parameter]
    public DateTimeOffset? From { get; set; }

    /// <summary>When the right ends; at that moment it holds no more. The default is never.</summary>
    [Parameter]
    public DateTimeOffset? Until { get; set; }

    /// <summary>How long the right holds, instead of its end, such as 02:00:00.</summary>
    [Parameter]
    public TimeSpan? For { get; set; }

    /// <summary>Take from others what they have on these nodes in that time, and stop what they do there.</summary>
    [Parameter]
    public SwitchParameter Overwrite { get; set; }

    /// <summary>Give the rights that were added.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect() => _scopes.AddRange(Node);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (_scopes.Count == 0) return; // the pipeline brought nothing: that is not all nodes
        var grant = new RightsGrant
        {
            Principal = User, Scopes = _scopes.Contains(RightScope.All) ? [RightScope.All] : [.. _scopes.Distinct()], Parts = [.. Part], Window = new(From, Until), Lifetime = For, Overwrite = Overwrite,
        };
        var question = Strings.AskGrant(User, ScopeText.Of(grant.Scopes), Overwrite ? Strings.AskGrantOverwrite : "");
        if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) return;
        var rights = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Rights;
        var change = await rights.GrantAsync(grant, session.User, cancellationToken).ConfigureAwait(false);
        foreach (var lost in change.Revoked.GroupBy(static each => each.Principal))
            await streams.WriteWarningAsync(Strings.RightLost(lost.Key, ScopeText.Of([.. lost.Select(static each => each.Scope).Distinct()]))).ConfigureAwait(false);
        await ScopeText.WarnAsync(streams, change.Stopped).ConfigureAwait(false);
        if (!PassThru) return;
        foreach (var each in change.Granted) await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
