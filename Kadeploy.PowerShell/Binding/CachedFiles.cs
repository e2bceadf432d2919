using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Says which files of the cache are meant.</summary>
internal static class CachedFiles
{
    /// <summary>Says whether a file is meant.</summary>
    /// <param name="wanted">The beginning of a SHA-256, an address, or either with wildcards.</param>
    /// <param name="file">The file.</param>
    /// <returns>Whether it is.</returns>
    public static bool Fits(string wanted, CachedFile file)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(wanted)) return file.Sha256.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) || file.Sources.Contains(wanted, StringComparer.Ordinal);
        var pattern = WildcardPattern.Get(wanted, WildcardOptions.IgnoreCase);
        return pattern.IsMatch(file.Sha256) || file.Sources.Any(pattern.IsMatch);
    }
}
