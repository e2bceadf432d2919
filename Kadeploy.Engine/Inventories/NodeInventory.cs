using System.Collections.Immutable;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <summary>The clusters and nodes of a site, from its files and from the store.</summary>
internal sealed partial class NodeInventory : INodeInventory
{
    /// <summary>How often a change is made anew on what another process has changed meanwhile.</summary>
    private const int MostTries = 100;

    private readonly IInventoryStore _store;
    private readonly Site? _files;
    private readonly Func<string, bool> _isAdministrator;
    private readonly IAuditLog _audit;
    private readonly CredentialFiles _credentials;
    private readonly TimeProvider _time;
    private readonly Lazy<UniqueNames> _inFiles;

    /// <summary>Makes it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="files">What files define; null when there are none.</param>
    /// <param name="isAdministrator">Says who may change something.</param>
    /// <param name="audit">Where refusals are recorded; changes are recorded by the store.</param>
    /// <param name="credentials">Where passwords are kept that are given themselves.</param>
    /// <param name="time">The clock.</param>
    public NodeInventory(IInventoryStore store, Site? files, Func<string, bool> isAdministrator, IAuditLog audit, CredentialFiles credentials, TimeProvider time)
    {
        (_store, _files, _isAdministrator, _audit, _credentials, _time) = (store, files, isAdministrator, audit, credentials, time);
        _inFiles = new(() =>
        {
            var names = new UniqueNames();
            foreach (var cluster in files?.Clusters ?? []) names.Add(cluster, 0, static (_, _) => { }); // refused when the files were read
            return names;
        });
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<InventoryNode>> ListAsync(NodeFilter filter, CancellationToken cancellationToken)
    {
        var view = await ViewAsync(cancellationToken).ConfigureAwait(false);
        var activities = await _store.ReadActivitiesAsync(null, cancellationToken).ConfigureAwait(false);
        return
        [
            .. view.Select(filter)
                .Select(name => new InventoryNode(view[name].Definition, view[name].Origin, activities.GetValueOrDefault(name, NodeActivity.None)))
                .Where(node => Fits(node.Activity, filter)),
        ];
    }

    /// <inheritdoc/>
    public async Task<InventoryNode?> FindAsync(NodeName name, CancellationToken cancellationToken)
    {
        var view = InventoryView.Of(_files, await _store.ReadInventoryAsync([name], cancellationToken).ConfigureAwait(false));
        if (!view.Names.Contains(name)) return null;
        var activities = await _store.ReadActivitiesAsync(name, cancellationToken).ConfigureAwait(false);
        return new(view[name].Definition, view[name].Origin, activities.GetValueOrDefault(name, NodeActivity.None));
    }

    /// <inheritdoc/>
    public async Task<string> ExportAsync(NodeFilter filter, NodeListFormat format, CancellationToken cancellationToken)
    {
        var nodes = (await ListAsync(filter, cancellationToken).ConfigureAwait(false)).Select(static node => node.Definition);
        return format == NodeListFormat.Csv ? NodeSheet.Write(nodes) : NodeList.Write(nodes);
    }

    private async Task<InventoryView> ViewAsync(CancellationToken cancellationToken) =>
        InventoryView.Of(_files, await _store.ReadInventoryAsync(null, cancellationToken).ConfigureAwait(false));

    private static bool Fits(NodeActivity activity, NodeFilter filter) =>
        (filter.Conditions.IsEmpty || filter.Conditions.Contains(activity.Condition))
        && (filter.Environments.IsEmpty || (activity.Environment is { } environment && filter.Environments.Any(wanted => IsMeant(wanted, environment))));

    private static bool IsMeant(string wanted, DeployedEnvironment environment) =>
        wanted == environment.Name || wanted == FormattableString.Invariant($"{environment.Name}:{environment.Version}");

    private async Task RequireAdministratorAsync(string user, CancellationToken cancellationToken)
    {
        if (_isAdministrator(user)) return;
        await _audit.AppendAsync([new(user, AuditAction.Refused, "may not change the inventory")], cancellationToken).ConfigureAwait(false);
        throw new NotAllowedException(
            $"{Quoted.Text(user)} may not change the inventory; only administrators may ('server.administrators' in kadeploy.yml names them)");
    }
}
