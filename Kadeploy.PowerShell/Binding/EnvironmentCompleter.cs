namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes names of environments in the catalogue.</summary>
public sealed class EnvironmentCompleter : KaCompleter
{
    private protected override string What => "environments";

    private protected override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        // What is not there must not be made by a key press.
        if (session.Settings.StateDirectory is { } state && !File.Exists(Path.Combine(state, "kadeploy.db"))) return [];
        var environments = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        return
        [
            .. (await environments.ListAsync(new(), session.User, cancellationToken).ConfigureAwait(false)).DistinctBy(static each => each.Environment.Name)
                .Select(static each => new Completion(each.Environment.Name, $"{each.Environment} of {each.Environment.User}, {each.Environment.OperatingSystem}, {each.Environment.Visibility}")),
        ];
    }
}
