using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Images;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Environments;

/// <summary>The environments of a store.</summary>
/// <param name="store">Keeps them.</param>
/// <param name="uses">Know where they are in use.</param>
/// <param name="isAdministrator">Says who may do everything.</param>
/// <param name="open">Opens files.</param>
/// <param name="limits">How large archives may be.</param>
/// <param name="manifests">Makes the manifests of images.</param>
/// <param name="time">The clock of histories.</param>
internal sealed partial class EnvironmentCatalog(
    IEnvironmentStore store, IReadOnlyList<IEnvironmentUse> uses, Func<string, bool> isAdministrator, OpenFiles open, FileLimits limits,
    IManifestMaker manifests, TimeProvider time)
    : IEnvironmentCatalog
{
    private readonly EnvironmentDigests _digests = new(open, limits, manifests);

    /// <inheritdoc/>
    public Task<ImmutableArray<KaEnvironment>> ReadAsync(string text, string source, string user, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(EnvironmentReader.ReadAll(text, source, user));
    }

    /// <inheritdoc/>
    public string Write(IReadOnlyList<KaEnvironment> environments, bool owners) => EnvironmentWriter.Write(environments, owners);

    /// <inheritdoc/>
    public async Task<ImmutableArray<RecordedEnvironment>> ListAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken) =>
        EnvironmentRules.Select(
            await store.ReadEnvironmentsAsync(null, cancellationToken).ConfigureAwait(false), selection, user, isAdministrator(user));

    /// <inheritdoc/>
    public async Task<RecordedEnvironment> FindAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(selection.Name)) throw new ConfigurationException("the environment is not named; 'kadeploy env list' lists those there are");
        var seen = await ListAsync(selection with { AllVersions = false }, user, cancellationToken).ConfigureAwait(false);
        var one = EnvironmentRules.One(seen, selection, user)
            ?? throw new ConfigurationException($"the environment {selection} does not exist, or is not for {Quoted.Text(user)}; 'kadeploy env list' lists those that are");
        // To write the wrong system on disks is worse than to ask once more.
        var names = seen.Select(static each => each.Environment.Name).Distinct(StringComparer.Ordinal).ToList();
        return one.Environment.Name == selection.Name || one.Environment.Alias == selection.Name || names.Count == 1
            ? one
            : throw new ConfigurationException($"'{Quoted.Text(selection.Name)}' is the name of no environment, and fits several: {Listed(names)}; name one");
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<EnvironmentRevision>> HistoryAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken)
    {
        var name = selection.Name ?? throw new ConfigurationException("the environment is not named");
        var seen = await ListAsync(selection, user, cancellationToken).ConfigureAwait(false);
        // Of those that were deleted, the user's own are meant unless an owner is named.
        var owner = selection.Owner ?? EnvironmentRules.One([.. seen.Where(each => each.Environment.Name == name)], selection, user)?.Environment.User ?? user;
        var all = await store.ReadRevisionsAsync(name, owner, cancellationToken).ConfigureAwait(false);
        var version = selection.Version ?? all.Select(static each => each.Environment.Version).DefaultIfEmpty().Max();
        ImmutableArray<EnvironmentRevision> history = [.. all.Where(each => each.Environment.Version == version)];
        var visible = !history.IsEmpty && (owner == user || isAdministrator(user) || history[^1].Environment.Visibility != Visibility.Private);
        return visible ? history : throw new ConfigurationException($"there was never an environment {selection with { Owner = owner }}, or it is not for {Quoted.Text(user)}");
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<RecordedEnvironment>> DeleteAsync(
        EnvironmentSelection selection, bool force, string user, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var chosen = await ChangeableAsync(selection, user, cancellationToken).ConfigureAwait(false);
            if (!force) await RefuseUsedAsync(chosen, cancellationToken).ConfigureAwait(false);
            var deleted = await store.WriteEnvironmentsAsync(
                [.. chosen.Select(static each => new EnvironmentWrite(each.Environment, EnvironmentChangeKind.Deleted, each.Environment.Revision))],
                user, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            if (deleted is { } done) return done;
            GiveUpAfter(attempt, selection);
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<FieldDifference> Compare(KaEnvironment before, KaEnvironment after)
    {
        var (old, now) = (Fields(before), Fields(after));
        // In the order of descriptions; what went stands where it was before what came.
        return
        [
            .. old.Keys.Union(now.Keys).Select(field => new FieldDifference(field, old.GetValueOrDefault(field), now.GetValueOrDefault(field)))
                .Where(static each => each.Before != each.After),
        ];

        static OrderedDictionary<string, string> Fields(KaEnvironment environment) =>
            new(DescriptionTree.Flatten(DescriptionTree.Of(environment, owner: false)).Select(static each => KeyValuePair.Create(each.Field, each.Value)));
    }

    /// <inheritdoc/>
    public async Task<EnvironmentVerification> VerifyAsync(
        KaEnvironment environment, string? architecture, string user, CancellationToken cancellationToken)
    {
        using var files = open(user, [.. EnvironmentDigests.Wishes(environment, limits)]);
        return await new EnvironmentInspection(files, environment, architecture).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RefuseUsedAsync(ImmutableArray<RecordedEnvironment> chosen, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var each in chosen)
        {
            var users = new List<string>();
            foreach (var use in uses) users.AddRange(await use.FindAsync(each.Environment, cancellationToken).ConfigureAwait(false));
            if (users.Count > 0) problems.Add($"{Quoted.Text(each.Environment.ToString())} of {Quoted.Text(each.Environment.User)} is used by {Listed(users)}; --force deletes it all the same");
        }

        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
    }

    /// <summary>Gives the environments that are meant when something is to be done to them.</summary>
    private async Task<ImmutableArray<RecordedEnvironment>> ChangeableAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken)
    {
        var name = selection.Name ?? throw new ConfigurationException("the environment is not named");
        var (owner, almighty) = (selection.Owner ?? user, isAdministrator(user));
        var named = (await store.ReadEnvironmentsAsync(name, cancellationToken).ConfigureAwait(false)).Where(each => each.Environment.User == owner);
        var chosen = EnvironmentRules.Select(named, selection with { Owner = owner }, user, almighty);
        if (chosen.IsEmpty)
            throw new ConfigurationException($"the environment {selection with { Owner = owner }} does not exist; 'kadeploy env list' lists those there are{(selection.Owner is null ? ", and -u names another owner" : "")}");
        return owner == user || almighty
            ? chosen
            : throw new NotAllowedException($"{selection with { Owner = owner }}: only {Quoted.Text(owner)} and administrators may change it");
    }

    private static void GiveUpAfter(int attempt, EnvironmentSelection selection)
    {
        const int Most = 50;
        if (attempt >= Most) throw new StoreException($"others change {selection} all the time; try again later");
    }

    private static string Listed(List<string> items, int most = 10) =>
        string.Join(", ", items.Take(most).Select(Quoted.Text)) + (items.Count > most ? $" and {items.Count - most} more" : "");
}
