using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Environments;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>The parameters that say which environments of the catalogue are meant.</summary>
public abstract class EnvironmentSelectionCmdlet : KaAsyncCmdlet
{
    private readonly List<EnvironmentSelection> _wanted = [];

    /// <summary>The version, where -Name does not say it. The default is the highest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(EnvironmentVersionCompleter))]
    public int? Version { get; set; }

    /// <summary>The owner, where -Name does not say it; wildcards are allowed. The default is you, and where nothing is changed also whose environments are public, or
    /// everybody for administrators.</summary>
    [Parameter]
    [Alias("Owner")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentOwnerCompleter))]
    public string? User { get; set; }

    /// <summary>All versions, not only the highest.</summary>
    [Parameter]
    public SwitchParameter AllVersions { get; set; }

    /// <summary>Gets which environments were asked for.</summary>
    private protected IReadOnlyList<EnvironmentSelection> Wanted => _wanted;

    /// <summary>Notes what was asked for, completed by the parameters.</summary>
    private protected void Want(IEnumerable<EnvironmentSelection> names) => _wanted.AddRange(names.Select(each => each with
    {
        Version = each.Version ?? Version, Owner = each.Owner ?? User, AllVersions = AllVersions,
    }));

    /// <summary>Finds what was asked for, so that it can be changed: the user's own unless an owner is named.</summary>
    private protected Task<IReadOnlyList<RecordedEnvironment>> FindOwnAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken) =>
        FindAsync(session, streams, _wanted.Select(each => each with { Owner = each.Owner ?? session.User }), cancellationToken);

    /// <summary>Finds environments; what is not there is an error, and the others are gone on with.</summary>
    private protected static async Task<IReadOnlyList<RecordedEnvironment>> FindAsync(
        ISession session, ICmdletStreams streams, IEnumerable<EnvironmentSelection> selections, CancellationToken cancellationToken)
    {
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        var search = new EnvironmentSearch(catalog, session.User);
        var found = new List<RecordedEnvironment>();
        foreach (var wanted in selections)
        {
            var these = await search.FindAsync(wanted, cancellationToken).ConfigureAwait(false);
            if (these.Count == 0 && !EnvironmentSearch.IsPattern(wanted))
                await streams.WriteErrorAsync(ErrorReport.NotFound(Strings.NoEnvironmentThere(wanted.ToString()), wanted)).ConfigureAwait(false);
            found.AddRange(these);
        }

        return [.. found.DistinctBy(static each => (each.Environment.Name, each.Environment.User, each.Environment.Version))];
    }

    /// <summary>Says exactly which environment is meant.</summary>
    private protected static EnvironmentSelection Exactly(KaEnvironment environment) => new() { Name = environment.Name, Owner = environment.User, Version = environment.Version };
}
