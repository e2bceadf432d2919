namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes owners of environments in the catalogue.</summary>
public sealed class EnvironmentOwnerCompleter : KaCompleter
{
    private protected override string What => "owners";

    private protected override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        var words = await EnvironmentWords.LoadAsync(
            session, new() { Owner = "%" }, static each => new(each.Environment.User, $"has {each.Environment.Name} and perhaps more"), cancellationToken).ConfigureAwait(false);
        return [.. words.DistinctBy(static each => each.Word)];
    }
}
