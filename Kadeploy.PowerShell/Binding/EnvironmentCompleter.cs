namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes names of environments in the catalogue.</summary>
public sealed class EnvironmentCompleter : KaCompleter
{
    private protected override string What => "environments";

    private protected override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        var words = await EnvironmentWords.LoadAsync(session, new(), static each => new(each.Environment.Name, EnvironmentWords.Describe(each)), cancellationToken).ConfigureAwait(false);
        return [.. words.DistinctBy(static each => each.Word)];
    }
}
