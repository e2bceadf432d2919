using System.Security.Cryptography;
using System.Text;

namespace Kadeploy.Miniroot.Packages;

/// <summary>The exact packages of an image: all that were asked for and all that these need.</summary>
/// <param name="Files">The names of the package files, <c>name_version_architecture.deb</c>, in ordinal order.</param>
internal sealed record PackageSet(IReadOnlyList<string> Files)
{
    /// <summary>Gets what tells this set from every other: a digest over names and versions.</summary>
    public string Key => Digest.Of(Files);

    /// <summary>Reads what <c>apt-get --print-uris install</c> writes.</summary>
    public static PackageSet Parse(string printed)
    {
        // 'URI' FILE SIZE [HASH]; the rest is talk.
        var files = from line in printed.Split('\n')
                    where line.StartsWith('\'')
                    let end = line.IndexOf('\'', 1)
                    where end > 0
                    let fields = line[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    where fields.Length >= 2 && fields[0].EndsWith(".deb", StringComparison.Ordinal)
                    select fields[0];
        return new([.. files.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}

/// <summary>Names of things by what they are made of.</summary>
internal static class Digest
{
    /// <summary>Gives sixteen hexadecimal digits over lines of text.</summary>
    public static string Of(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];
}
