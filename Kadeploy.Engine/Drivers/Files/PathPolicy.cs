using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Which files of this machine a user may have: administrators all, others those below some folders.</summary>
/// <remarks>Links are followed before it is decided. Whoever can write in an allowed folder could still put a link into the place of a folder between the decision and the
/// use; such folders belong to administrators.</remarks>
/// <param name="allowed">The folders.</param>
/// <param name="isAdministrator">Says who may do everything.</param>
internal sealed class PathPolicy(ImmutableArray<string> allowed, Func<string, bool> isAdministrator)
{
    private const int MostLinks = 40;

    /// <summary>Decides about a file.</summary>
    /// <param name="user">Who wants it.</param>
    /// <param name="path">Its path.</param>
    /// <param name="real">The path behind all links, when it is allowed.</param>
    /// <returns>Why it is refused, whether or not it is there; null when it is not.</returns>
    public string? Refusal(string user, string path, out string real)
    {
        real = Path.GetFullPath(path);
        if (isAdministrator(user)) return null;
        if (Real(real) is { } target && allowed.Any(folder => IsBelow(target, Real(folder))))
        {
            real = target;
            return null;
        }

        return $"'{Quoted.Text(path)}' is not for {Quoted.Text(user)}: " + (allowed.IsEmpty
            ? "files of this server are for administrators only, as long as 'server: files: allow:' in kadeploy.yml names no folder"
            : $"of this server's files users may have those below {string.Join(", ", allowed)} ('server: files: allow:' in kadeploy.yml)");
    }

    private static bool IsBelow(string path, string? folder) =>
        folder is not null && (folder.Length == Path.GetPathRoot(folder)!.Length
            ? path.StartsWith(folder, StringComparison.Ordinal)
            : path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    /// <summary>Follows all links; null when they lead nowhere or in a circle.</summary>
    private static string? Real(string path, int links = 0)
    {
        var root = Path.GetPathRoot(path)!;
        var real = root;
        var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var next = Path.Combine(real, parts[i]);
            string? target;
            try
            {
                target = new FileInfo(next).LinkTarget;
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                return null;
            }

            if (target is null)
            {
                real = next;
                continue;
            }

            return links == MostLinks ? null : Real(Path.GetFullPath(Path.Combine([Path.GetFullPath(target, real), .. parts[(i + 1)..]])), links + 1);
        }

        return real;
    }
}
