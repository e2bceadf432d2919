using System.Management.Automation;

namespace Kadeploy.PowerShell.Environments;

/// <summary>Finds environments of the catalogue as PowerShell names things: with its wildcards, and everything else literally.</summary>
/// <param name="catalog">The catalogue.</param>
/// <param name="user">Who asks.</param>
internal sealed class EnvironmentSearch(IEnvironmentCatalog catalog, string user)
{
    /// <summary>What the catalogue calls any text.</summary>
    private const string Any = "%";

    /// <summary>Finds all that are meant.</summary>
    /// <param name="wanted">Which; name and owner may have PowerShell's wildcards.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environments in the order of the catalogue; those with the name before, and instead of, those with the alias.</returns>
    public async Task<IReadOnlyList<RecordedEnvironment>> FindAsync(EnvironmentSelection wanted, CancellationToken cancellationToken)
    {
        var owner = wanted.Owner is { } named && WildcardPattern.ContainsWildcardCharacters(named) ? Any : wanted.Owner;
        var seen = await catalog.ListAsync(wanted with { Name = null, Owner = owner }, user, cancellationToken).ConfigureAwait(false);
        var theirs = wanted.Owner is null ? seen : [.. seen.Where(each => Fits(wanted.Owner, each.Environment.User))];
        if (wanted.Name is null) return theirs;
        var byName = theirs.Where(each => Fits(wanted.Name, each.Environment.Name)).ToList();
        var byAlias = theirs.Where(each => each.Environment.Alias is { } alias && Fits(wanted.Name, alias));
        return IsPattern(wanted) ? [.. theirs.Where(byName.Union(byAlias).Contains)] : byName.Count > 0 ? byName : [.. byAlias];
    }

    /// <summary>Says whether a selection may well mean nothing at all.</summary>
    /// <param name="wanted">The selection.</param>
    /// <returns>Whether it has no name, or one with wildcards.</returns>
    public static bool IsPattern(EnvironmentSelection wanted) => wanted.Name is null || WildcardPattern.ContainsWildcardCharacters(wanted.Name);

    private static bool Fits(string wanted, string text) => WildcardPattern.Get(wanted, WildcardOptions.IgnoreCase).IsMatch(text);
}
