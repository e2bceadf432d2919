using System.Collections.Immutable;

namespace Kadeploy.Engine.Inventories;

/// <content>Files of passwords that are given themselves.</content>
internal sealed partial class NodeInventory
{
    /// <summary>Makes a change that needs a password's file, which goes again when nothing comes of it.</summary>
    private async Task<InventoryChanges> ChangeAsync(string user, Secret? password, Func<string?, Task<PlannedChange>> plan, CancellationToken cancellationToken)
    {
        await RequireAdministratorAsync(user, cancellationToken).ConfigureAwait(false);
        if (password is null) return await ChangeAsync(user, () => plan(null), cancellationToken).ConfigureAwait(false);
        var file = _credentials.Write(password);
        try
        {
            return await ChangeAsync(user, () => plan(file), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Whoever was told of a failure may have failed after the change was made.
            await ForgetAsync([Path.GetFileName(file)]).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Refuses a password that is given itself and by a place where it is.</summary>
    private static NodeSettings WithFile(NodeSettings settings, string? file)
    {
        if (file is null) return settings;
        if (settings.ControllerPasswordFile is not null || settings.ControllerPasswordVariable is not null)
            throw new ConfigurationException("the controller's password is given, and also a file or a variable that holds it; give one of them");
        return settings with { ControllerPassword = null, ControllerPasswordFile = file };
    }

    /// <summary>Names the files that a change relies on, which others may remove until it is made.</summary>
    private ImmutableArray<string> NeededFiles(Stores.InventoryBatch batch, ImmutableHashSet<string> there)
    {
        var ofNodes = batch.Nodes.Select(static node => node.Definition.Controller?.PasswordFile).OfType<string>().Where(_credentials.Holds);
        var ofClusters = there.Where(name => batch.Clusters.Any(cluster => cluster.Settings.Contains(name, StringComparison.OrdinalIgnoreCase))).Select(_credentials.PathOf);
        return [.. ofNodes.Concat(ofClusters).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Removes files that nothing names any more.</summary>
    /// <param name="released">Names of files that something named before.</param>
    private async Task ForgetAsync(IEnumerable<string> released)
    {
        var now = _time.GetUtcNow();
        var names = released.Union(_credentials.ListOld(now)).Where(name => !IsNamedInFiles(name)).ToImmutableArray();
        _credentials.RemoveUnfinished(now);
        if (names.IsEmpty) return;
        try
        {
            await _store.ForgetAsync(names, _credentials.Remove, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // What the caller asked for is done, or has failed by itself; the next change removes them.
        }
    }

    private bool IsNamedInFiles(string name) =>
        (_files?.Clusters ?? []).Any(cluster =>
            cluster.Text.Contains(name, StringComparison.OrdinalIgnoreCase)
            || cluster.Entries.Any(entry => entry.Definition.Controller?.PasswordFile?.Contains(name, StringComparison.OrdinalIgnoreCase) == true));
}
