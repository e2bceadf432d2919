using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Takes rights away, and stops what is done by them.</summary>
/// <remarks>
/// <para>Takes rights away, whatever their time. On nodes where the user has no right left, running operations are stopped, which is said as a warning: the node ends as cancelled with
/// fault KA3102, and other nodes of the operation go on. A group's members lose what the group has, and keep what they have themselves.</para>
/// <para>Of a right that holds more widely no part can be taken: not one node of a right on a cluster or on all nodes, nor one device of a right for all. Revoke it as a whole and grant
/// what is to stay. Revoking what is not there changes nothing and is no error. Only administrators revoke rights.</para>
/// </remarks>
/// <example>
/// <code>Revoke-KaRight alice lab-[1-4]</code>
/// <para>Takes from a user what he has on four nodes.</para>
/// </example>
/// <example>
/// <code>Revoke-KaRight bob -Force</code>
/// <para>Takes from a user everything, without a question.</para>
/// </example>
/// <example>
/// <code>Get-KaRight '@students' | Where-Object { $_.Window.Until -gt (Get-Date).AddDays(30) } | Revoke-KaRight -WhatIf</code>
/// <para>Says which rights of a group that hold for long would go.</para>
/// </example>
[Cmdlet(VerbsSecurity.Revoke, "KaRight", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByUser)]
[OutputType(typeof(Right))]
public sealed class RevokeKaRight : KaAsyncCmdlet
{
    private const string ByUser = "User";
    private const string ByRight = "Right";

    private readonly List<RightScope> _scopes = [];
    private readonly List<Right> _rights = [];

    /// <summary>Whose: a user, or @GROUP.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByUser)]
    [Alias("Principal")]
    [PrincipalTransformation]
    [ArgumentCompleter(typeof(PrincipalCompleter))]
    public Principal User { get; set; }

    /// <summary>Where: names and ranges of nodes, cluster:NAME with the single nodes of that cluster, * for everywhere. The default is everywhere.</summary>
    [Parameter(Position = 1, ParameterSetName = ByUser)]
    [Alias("Scope", "ComputerName")]
    [RightScopeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public RightScope[] Node { get; set; } = [];

    /// <summary>Only rights for these disks or partitions. The default is all.</summary>
    [Parameter(ParameterSetName = ByUser)]
    [Alias("Device")]
    [RightPartTransformation]
    [ValidateNotNullOrEmpty]
    public RightPart[] Part { get; set; } = [];

    /// <summary>The rights that Get-KaRight gave.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByRight)]
    [ValidateNotNullOrEmpty]
    public Right[] InputObject { get; set; } = [];

    /// <summary>Do not ask. -WhatIf still changes nothing.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Give the rights that were taken away.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool Forced => Force;

    private protected override void Collect()
    {
        _scopes.AddRange(Node);
        _rights.AddRange(InputObject);
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var rights = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Rights;
        foreach (var revocation in Revocations())
        {
            var question = Strings.AskRevoke(revocation.Principal, ScopeText.Of(revocation.Scopes));
            if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) continue;
            await OneOfSeveral.TryAsync(streams, revocation.Principal, async () =>
            {
                var change = await rights.RevokeAsync(revocation, session.User, cancellationToken).ConfigureAwait(false);
                await ScopeText.WarnAsync(streams, change.Stopped).ConfigureAwait(false);
                if (!PassThru) return;
                foreach (var each in change.Revoked) await streams.WriteAsync(each).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    private IEnumerable<RightsRevocation> Revocations()
    {
        if (ParameterSetName == ByUser)
            return [new() { Principal = User, Scopes = _scopes.Contains(RightScope.All) ? [] : [.. _scopes.Distinct()], Parts = [.. Part] }];
        return _rights.GroupBy(static each => (each.Principal, each.Part)).Select(static group => new RightsRevocation
        {
            Principal = group.Key.Principal, Scopes = [.. group.Select(static each => each.Scope).Distinct()], Parts = group.Key.Part.IsAny ? [] : [group.Key.Part],
        });
    }
}
