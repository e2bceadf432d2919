using System.Collections;
using System.Globalization;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes versions of the environment that the same command names, the highest first.</summary>
public sealed class EnvironmentVersionCompleter : KaCompleter
{
    private protected override string What => "versions";

    private protected override Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken) =>
        EnvironmentWords.LoadAsync(session, new() { Owner = "%", AllVersions = true }, static each => new(
            each.Environment.Version.ToString(CultureInfo.InvariantCulture), EnvironmentWords.Describe(each)) { Of = each.Environment.Name }, cancellationToken);

    private protected override bool Concerns(Completion known, IDictionary bound)
    {
        var named = Bare.Property(bound, "Environment") ?? Bare.Property(bound, "Name");
        return named is string name && string.Equals(name, known.Of, StringComparison.OrdinalIgnoreCase);
    }
}
