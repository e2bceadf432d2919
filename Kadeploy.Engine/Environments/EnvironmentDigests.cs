using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.Engine.Environments;

/// <summary>Fetches the files of environments and records what they are.</summary>
/// <param name="open">Opens files.</param>
/// <param name="limits">How large archives may be.</param>
/// <param name="manifests">Makes the manifests of images.</param>
internal sealed class EnvironmentDigests(OpenFiles open, FileLimits limits, IManifestMaker manifests)
{
    /// <summary>Lists the files of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="limits">How large archives may be.</param>
    /// <returns>The image first.</returns>
    public static IEnumerable<FileWish> Wishes(KaEnvironment environment, FileLimits limits)
    {
        var name = Quoted.Text(environment.Name);
        yield return new($"image of {name}", environment.Image.Location) { Sha256 = environment.Image.Sha256 };
        if (environment.Preinstall is { } preinstall)
            yield return new($"pre-install of {name}", preinstall.Archive) { Sha256 = preinstall.Sha256, Limit = limits.Preinstall };
        foreach (var postinstall in environment.Postinstalls)
            yield return new($"post-install of {name}", postinstall.Archive) { Sha256 = postinstall.Sha256, Limit = limits.Postinstall };
    }

    /// <summary>Fetches all files and completes the checksums, and the image's root digest.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="problems">Receives what cannot be had, or is another file than its checksum says.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The environment with all checksums that could be had.</returns>
    public async Task<KaEnvironment> CompleteAsync(KaEnvironment environment, string user, ICollection<string> problems, CancellationToken cancellationToken)
    {
        using var files = open(user, [.. Wishes(environment, limits)]);
        string? root = null;
        var digest = await DigestAsync(files.Wishes[0], async file => root = (await manifests.MakeAsync(file, cancellationToken).ConfigureAwait(false)).Root).ConfigureAwait(false);
        var image = environment.Image with { Sha256 = digest, RootDigest = root };
        var next = 1;
        var preinstall = environment.Preinstall is { } script ? script with { Sha256 = await DigestAsync(files.Wishes[next++]).ConfigureAwait(false) } : null;
        var postinstalls = ImmutableArray.CreateBuilder<InstallScript>();
        foreach (var postinstall in environment.Postinstalls)
            postinstalls.Add(postinstall with { Sha256 = await DigestAsync(files.Wishes[next++]).ConfigureAwait(false) });
        return environment with { Image = image, Preinstall = preinstall, Postinstalls = postinstalls.ToImmutable() };

        async Task<string?> DigestAsync(FileWish wish, Func<SourceFile, Task>? found = null)
        {
            try
            {
                var file = await files.FetchAsync(wish.Location, wish.Sha256, cancellationToken).ConfigureAwait(false);
                if (found is not null) await found(file).ConfigureAwait(false);
                return file.Sha256;
            }
            catch (KadeployException failure) when (failure is OperationFailedException or NotAllowedException)
            {
                problems.Add($"{wish.What}: {failure.Message}");
                return wish.Sha256;
            }
        }
    }

    /// <summary>Takes checksums away, so that they are computed anew.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="files">Of which files.</param>
    /// <returns>The environment without them.</returns>
    public static KaEnvironment Without(KaEnvironment environment, EnvironmentFiles files) => environment with
    {
        Image = files.HasFlag(EnvironmentFiles.Image) ? environment.Image with { Sha256 = null, RootDigest = null } : environment.Image,
        Preinstall = files.HasFlag(EnvironmentFiles.Preinstall) && environment.Preinstall is { } preinstall ? preinstall with { Sha256 = null } : environment.Preinstall,
        Postinstalls = files.HasFlag(EnvironmentFiles.Postinstalls)
            ? [.. environment.Postinstalls.Select(static each => each with { Sha256 = null })]
            : environment.Postinstalls,
    };

    /// <summary>Takes over the checksums of a former description where it names the same files and the new one says nothing; and takes away those that are
    /// a former file's.</summary>
    /// <param name="now">The new description.</param>
    /// <param name="before">The former one.</param>
    /// <param name="stale">Whether a checksum that stayed the same although the file is another one was merely left behind.</param>
    /// <returns>The new description with what is known.</returns>
    public static KaEnvironment Inherit(KaEnvironment now, KaEnvironment before, bool stale)
    {
        var known = new Dictionary<Uri, string>();
        foreach (var script in before.Postinstalls.Append(before.Preinstall).OfType<InstallScript>())
            if (script.Sha256 is { } digest) known[script.Archive] = digest;
        if (before.Image.Sha256 is { } own) known[before.Image.Location] = own;
        var image = Of(now.Image.Location, now.Image.Sha256);
        return now with
        {
            Image = now.Image with { Sha256 = image, RootDigest = Root(image) },
            Preinstall = now.Preinstall is { } preinstall ? preinstall with { Sha256 = Of(preinstall.Archive, preinstall.Sha256) } : null,
            Postinstalls = [.. now.Postinstalls.Select(each => each with { Sha256 = Of(each.Archive, each.Sha256) })],
        };

        // It belongs to one content; of another one it would make every broadcast refuse the image.
        string? Root(string? digest) => digest == before.Image.Sha256 ? now.Image.RootDigest ?? before.Image.RootDigest
            : now.Image.RootDigest == before.Image.RootDigest ? null : now.Image.RootDigest;

        string? Of(Uri location, string? digest) => digest is null
            ? known.GetValueOrDefault(location)
            : stale && !known.ContainsKey(location) && known.ContainsValue(digest) ? null : digest;
    }
}

/// <summary>How large files may be.</summary>
/// <param name="Preinstall">A pre-install's archive, in bytes.</param>
/// <param name="Postinstall">A post-install's archive, in bytes.</param>
internal sealed record FileLimits(long Preinstall, long Postinstall);
