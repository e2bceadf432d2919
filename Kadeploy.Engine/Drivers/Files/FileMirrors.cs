using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Other places of the files below an address.</summary>
/// <param name="mirrors">Beginnings of addresses, with those that may stand in their places.</param>
internal sealed class FileMirrors(ImmutableArray<Configuration.FileMirror> mirrors)
{
    /// <summary>Gives the places of a file.</summary>
    /// <param name="location">Its address.</param>
    /// <returns>The address itself, then its mirrors in their order.</returns>
    public IEnumerable<Uri> Of(Uri location)
    {
        yield return location;
        var address = location.AbsoluteUri;
        foreach (var mirror in mirrors)
        {
            if (!address.StartsWith(mirror.Prefix.AbsoluteUri, StringComparison.Ordinal)) continue;
            foreach (var other in mirror.Others) yield return new(other.AbsoluteUri + address[mirror.Prefix.AbsoluteUri.Length..]);
        }
    }
}
