namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes users and groups: those who have rights, and those who have started operations.</summary>
public sealed class PrincipalCompleter : KaCompleter
{
    private const int RecentOperations = 200;

    private protected override string What => "users";

    private protected override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        if (!EnvironmentWords.HasState(session)) return [];
        var rights = await (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Rights.ListAsync(new(), session.User, cancellationToken).ConfigureAwait(false);
        var operations = await session.Operations.ListOperationsAsync(RecentOperations, cancellationToken).ConfigureAwait(false);
        var words = rights.Select(static each => new Completion(each.Principal.Value, $"has rights on {each.Scope} and perhaps more"))
            .Concat(operations.Select(static each => new Completion(each.User, $"started {each.Id} and perhaps more")));
        return [.. words.Append(new(session.User, "you")).DistinctBy(static each => each.Word).OrderBy(static each => each.Word, StringComparer.Ordinal)];
    }
}
