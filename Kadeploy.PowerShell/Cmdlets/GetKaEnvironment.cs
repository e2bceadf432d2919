using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Environments;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Lists environments of the catalogue, or the history of one.</summary>
/// <remarks>
/// <para>Lists your environments and those that are public; administrators see all. Shared environments of others are listed when their owner is named: -User alice, or
/// -User * for everybody's. Of each the highest version is listed unless -Version or -AllVersions says otherwise.</para>
/// <para>With -History it gives every state that a version ever had, also after it was removed; nothing of a history is ever lost.</para>
/// <para>What it gives can be piped to the other commands for environments, and given to -Environment of Start-KaDeployment.</para>
/// </remarks>
/// <example>
/// <code>Get-KaEnvironment</code>
/// <para>Lists what you may deploy.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment debian* -AllVersions | Sort-Object ChangedAt | Format-Table Name, Version, ChangedAt, ChangedBy</code>
/// <para>Shows when which version of some was changed last, and by whom.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment debian13 -History | Format-Table Revision, Kind, At, By</code>
/// <para>Shows the history of one.</para>
/// </example>
/// <example>
/// <code>Get-KaEnvironment -User * | Group-Object User -NoElement</code>
/// <para>Counts whose environments you may use.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaEnvironment", DefaultParameterSetName = CurrentSet)]
[OutputType(typeof(RecordedEnvironment), ParameterSetName = new[] { CurrentSet })]
[OutputType(typeof(EnvironmentRevision), ParameterSetName = new[] { HistorySet })]
public sealed class GetKaEnvironment : EnvironmentSelectionCmdlet
{
    private const string CurrentSet = "Current";
    private const string HistorySet = "History";

    /// <summary>The names or aliases, or environments that were given before; wildcards are allowed, which fit those that are there. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [EnvironmentSelectionTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public EnvironmentSelection[] Name { get; set; } = [];

    /// <summary>Give the history of each version instead of its present state.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HistorySet)]
    public SwitchParameter History { get; set; }

    private protected override void Collect() => Want(Name.Length == 0 ? [new()] : Name);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (History)
        {
            await HistoryAsync(session, streams, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (var each in await FindAsync(session, streams, Wanted, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(each).ConfigureAwait(false);
    }

    private async Task HistoryAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        var there = await FindAsync(session, streams, Wanted.Where(EnvironmentSearch.IsPattern), cancellationToken).ConfigureAwait(false);
        foreach (var wanted in there.Select(static each => Exactly(each.Environment)).Concat(Wanted.Where(static each => !EnvironmentSearch.IsPattern(each))))
        {
            await OneOfSeveral.TryAsync(streams, wanted, async () =>
            {
                foreach (var each in await catalog.HistoryAsync(wanted, session.User, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(each).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }
}
