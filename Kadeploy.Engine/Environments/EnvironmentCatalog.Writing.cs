using System.Collections.Immutable;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Environments;

/// <content>Adding and changing.</content>
internal sealed partial class EnvironmentCatalog
{
    private static readonly string[] Identity = ["name", "version", "user"];

    /// <inheritdoc/>
    public async Task<ImmutableArray<RecordedEnvironment>> AddAsync(
        ImmutableArray<KaEnvironment> environments, bool checksums, string user, CancellationToken cancellationToken)
    {
        var valid = Validate(environments, user);
        var problems = new List<string>();
        foreach (var (known, environment) in await WithKnownAsync(valid, cancellationToken).ConfigureAwait(false))
            if (known is not null) problems.Add(AlreadyThere(environment));
        valid = await CompleteAsync(valid, checksums, user, problems, cancellationToken).ConfigureAwait(false);
        return await store.WriteEnvironmentsAsync(
            [.. valid.Select(static each => new EnvironmentWrite(each, EnvironmentChangeKind.Added, 0))], user, time.GetUtcNow(), cancellationToken).ConfigureAwait(false)
            ?? throw new ConfigurationException("one of the environments was added by somebody else at this moment; 'kadeploy env list' shows it");
    }

    /// <inheritdoc/>
    public async Task<EnvironmentImport> ImportAsync(
        ImmutableArray<KaEnvironment> environments, bool replace, bool checksums, string user, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var problems = new List<string>();
            var known = await WithKnownAsync(Validate(environments, user), cancellationToken).ConfigureAwait(false);
            var wanted = known.Select(static each => each.Known is { } old ? EnvironmentDigests.Inherit(each.Now, old.Environment, stale: false) : each.Now).ToImmutableArray();
            wanted = await CompleteAsync(wanted, checksums, user, problems, cancellationToken).ConfigureAwait(false);
            var writes = ImmutableArray.CreateBuilder<EnvironmentWrite>();
            var unchanged = ImmutableArray.CreateBuilder<RecordedEnvironment>();
            foreach (var (old, now) in known.Select(static each => each.Known).Zip(wanted))
            {
                if (old is null) writes.Add(new(now, EnvironmentChangeKind.Added, 0));
                else if (Compare(old.Environment, now) is { IsEmpty: false } differences)
                {
                    writes.Add(new(now, EnvironmentChangeKind.Changed, old.Environment.Revision));
                    if (!replace) problems.Add($"{AlreadyThere(now)} with other values of {Listed([.. differences.Select(static each => each.Field)])}; --replace gives it a new revision");
                }
                else
                {
                    unchanged.Add(old);
                }
            }

            if (problems.Count > 0) throw new ConfigurationException([.. problems]);
            if (await store.WriteEnvironmentsAsync(writes.ToImmutable(), user, time.GetUtcNow(), cancellationToken).ConfigureAwait(false) is { } written)
            {
                return new(
                    [.. written.Where((_, index) => writes[index].Kind == EnvironmentChangeKind.Added)],
                    [.. written.Where((_, index) => writes[index].Kind == EnvironmentChangeKind.Changed)], unchanged.ToImmutable());
            }

            GiveUpAfter(attempt, new() { Name = environments[0].Name });
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<RecordedEnvironment>> SetAsync(
        EnvironmentSelection selection, EnvironmentChange change, string user, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var chosen = await ChangeableAsync(selection, user, cancellationToken).ConfigureAwait(false);
            var problems = new List<string>();
            var writes = ImmutableArray.CreateBuilder<EnvironmentWrite>();
            foreach (var each in chosen)
            {
                var now = await ChangedAsync(each.Environment, change, user, problems, cancellationToken).ConfigureAwait(false);
                if (now is not null && !Compare(each.Environment, now).IsEmpty) writes.Add(new(now, EnvironmentChangeKind.Changed, each.Environment.Revision));
            }

            if (problems.Count > 0) throw new ConfigurationException([.. problems]);
            if (writes.Count == 0) throw new ConfigurationException($"there is nothing to change: {selection} is like that already");
            if (await store.WriteEnvironmentsAsync(writes.ToImmutable(), user, time.GetUtcNow(), cancellationToken).ConfigureAwait(false) is { } written) return written;
            GiveUpAfter(attempt, selection);
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<RecordedEnvironment>> MoveFilesAsync(
        IReadOnlyList<(string Old, string New)> moves, string user, CancellationToken cancellationToken)
    {
        if (!isAdministrator(user)) throw new NotAllowedException("only administrators may move the files of all environments");
        var wrong = moves.Select(static move => FileMove.Problem(move.Old, move.New)).OfType<string>().ToImmutableArray();
        if (!wrong.IsEmpty) throw new ConfigurationException(wrong);
        for (var attempt = 1; ; attempt++)
        {
            var all = await store.ReadEnvironmentsAsync(null, cancellationToken).ConfigureAwait(false);
            var writes = all.Select(each => (Old: each.Environment, Now: FileMove.Apply(each.Environment, moves))).Where(each => !Compare(each.Old, each.Now).IsEmpty)
                .Select(static each => new EnvironmentWrite(each.Now, EnvironmentChangeKind.Changed, each.Old.Revision)).ToImmutableArray();
            if (writes.IsEmpty) throw new ConfigurationException($"no environment has a file whose address begins with {Listed([.. moves.Select(static move => $"'{move.Old}'")])}");
            await RefuseMissingAsync(writes, moves, user, cancellationToken).ConfigureAwait(false);
            if (await store.WriteEnvironmentsAsync(writes, user, time.GetUtcNow(), cancellationToken).ConfigureAwait(false) is { } written) return written;
            GiveUpAfter(attempt, new());
        }
    }

    private async Task RefuseMissingAsync(
        ImmutableArray<EnvironmentWrite> writes, IReadOnlyList<(string Old, string New)> moves, string user, CancellationToken cancellationToken)
    {
        var wishes = writes.SelectMany(each => EnvironmentDigests.Wishes(each.Environment, limits))
            .Where(wish => moves.Any(move => FileMove.Begins(wish.Location, move.New))).DistinctBy(static wish => wish.Location).ToList();
        using var files = open(user, wishes);
        var problems = new List<string>();
        foreach (var wish in wishes)
            if (await files.FindProblemAsync(wish.Location, cancellationToken).ConfigureAwait(false) is { } problem) problems.Add($"{wish.What}: {problem}");
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
    }

    private async Task<KaEnvironment?> ChangedAsync(
        KaEnvironment old, EnvironmentChange change, string user, List<string> problems, CancellationToken cancellationToken)
    {
        var now = change.Description is { } description ? description with { Name = old.Name, Version = old.Version, User = old.User } : old;
        if (change.Visibility is { } visibility) now = now with { Visibility = visibility };
        if (change.Destructive is { } destructive) now = now with { Destructive = destructive };
        if (change.ToggleDestructive) now = now with { Destructive = !now.Destructive };
        try
        {
            now = WithFields(now, change.Fields);
        }
        catch (ConfigurationException wrong)
        {
            problems.AddRange(wrong.Problems);
            return null;
        }

        RequirePublisher(now);
        now = EnvironmentDigests.Inherit(now, old, stale: change.Fields.Count > 0) with { Revision = old.Revision };
        now = EnvironmentDigests.Without(now, change.Checksums);
        // Merely to show it to others, nobody wants a file to be fetched.
        var files = change.Checksums != EnvironmentFiles.None || change.Description is not null || change.Fields.Count > 0;
        return files ? await _digests.CompleteAsync(now, user, problems, cancellationToken).ConfigureAwait(false) : now;
    }

    private static KaEnvironment WithFields(KaEnvironment environment, IReadOnlyList<(string Field, string Value)> fields)
    {
        var table = DescriptionTree.Of(environment, owner: false);
        foreach (var (field, value) in fields)
        {
            if (Identity.Contains(field, StringComparer.Ordinal))
                throw new ConfigurationException($"the {field} says which environment it is and stays; export it and add it as another one");
            if (field.Contains('[', StringComparison.Ordinal) || DescriptionTree.Flatten(table).Any(each => each.Field.StartsWith(field + "[", StringComparison.Ordinal)))
                throw new ConfigurationException($"'{Quoted.Text(field)}' is a list; change it by a whole description, with --file");
            table = DescriptionTree.With(table, field.Split('.'), value);
        }

        return EnvironmentReader.Read(table, environment.ToString(), environment.User);
    }

    /// <summary>Gives the descriptions as a reader would, so that whatever comes from a program follows the rules for what comes from a file.</summary>
    private ImmutableArray<KaEnvironment> Validate(ImmutableArray<KaEnvironment> environments, string user)
    {
        if (environments.IsDefaultOrEmpty) throw new ConfigurationException("there is no environment to add");
        var problems = new List<string>();
        var valid = ImmutableArray.CreateBuilder<KaEnvironment>();
        foreach (var environment in environments)
        {
            try
            {
                var owned = isAdministrator(user) ? environment : environment with { User = user };
                valid.Add(EnvironmentReader.Read(DescriptionTree.Of(owned, owner: true), owned.ToString(), owned.User));
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
        }

        foreach (var twice in valid.GroupBy(static each => (each.Name, each.Version, each.User)).Where(static group => group.Count() > 1))
            problems.Add($"{Quoted.Text(twice.First().ToString())} of {Quoted.Text(twice.Key.User)} is described {twice.Count()} times");
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        foreach (var each in valid) RequirePublisher(each);
        return valid.ToImmutable();
    }

    private void RequirePublisher(KaEnvironment environment)
    {
        if (environment.Visibility == Visibility.Public && !isAdministrator(environment.User))
            throw new NotAllowedException($"{Quoted.Text(environment.ToString())}: only environments of administrators are public, and {Quoted.Text(environment.User)} is none; use shared, by which others who name its owner may use it");
    }

    private async Task<List<(RecordedEnvironment? Known, KaEnvironment Now)>> WithKnownAsync(
        ImmutableArray<KaEnvironment> environments, CancellationToken cancellationToken)
    {
        var all = await store.ReadEnvironmentsAsync(environments.Length == 1 ? environments[0].Name : null, cancellationToken).ConfigureAwait(false);
        var known = all.ToDictionary(static each => (each.Environment.Name, each.Environment.Version, each.Environment.User));
        return [.. environments.Select(each => (known.GetValueOrDefault((each.Name, each.Version, each.User)), each))];
    }

    private async Task<ImmutableArray<KaEnvironment>> CompleteAsync(
        ImmutableArray<KaEnvironment> environments, bool checksums, string user, List<string> problems, CancellationToken cancellationToken)
    {
        if (problems.Count > 0) throw new ConfigurationException([.. problems]); // before anything is fetched
        if (!checksums) return environments;
        var complete = ImmutableArray.CreateBuilder<KaEnvironment>();
        foreach (var each in environments) complete.Add(await _digests.CompleteAsync(each, user, problems, cancellationToken).ConfigureAwait(false));
        return problems.Count == 0 ? complete.ToImmutable() : throw new ConfigurationException([.. problems]);
    }

    private static string AlreadyThere(KaEnvironment environment) =>
        $"{Quoted.Text(environment.ToString())} of {Quoted.Text(environment.User)} is there already";
}
