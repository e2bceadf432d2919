using Kadeploy.Miniroot.Modules;
using Kadeploy.Miniroot.Overlays;
using Kadeploy.Miniroot.Packages;
using Kadeploy.Miniroot.Tools;
using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot;

/// <summary>Builds the deployment environment: the kernel and initramfs that nodes boot over the network.</summary>
/// <remarks>Everything comes from the packages of this machine's own apt sources, unpacked and never configured. The same packages and the
/// same release of this program give the same bytes. Root is not needed.</remarks>
public static class MinirootBuilder
{
    /// <summary>Builds.</summary>
    /// <param name="options">What, and where to.</param>
    /// <param name="say">Is told what takes time, in a few words; not on one thread.</param>
    /// <param name="cancellationToken">Ends the work; what was there before stays.</param>
    /// <returns>What was built.</returns>
    /// <exception cref="ConfigurationException">Something on this machine is missing, or an overlay cannot be used.</exception>
    /// <exception cref="MinirootBuildException">A tool failed.</exception>
    public static async Task<MinirootImages> BuildAsync(MinirootOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(say);
        Requirements.Check();
        var overlays = options.Overlays.Select(OverlayImage.Read).ToArray();
        using var built = await AssembleAsync(options, say, cancellationToken).ConfigureAwait(false);
        EmbeddedFiles.AddTo(built.Image, "");
        say("writing the initramfs");
        var (kernel, initrd) = (Path.Combine(options.OutputDirectory, "vmlinuz"), Path.Combine(options.OutputDirectory, "initrd.img"));
        var (bytes, digest) = await ImageFile.WriteAsync(initrd, async file =>
        {
            await ImageFile.CompressOnceAsync(built.Image, options.CacheDirectory, file, cancellationToken).ConfigureAwait(false);
            Alignment.Pad(file);
            foreach (var overlay in overlays)
            {
                file.Position = file.Length;
                await file.WriteAsync(overlay, cancellationToken).ConfigureAwait(false);
                Alignment.Pad(file);
            }
        }).ConfigureAwait(false);
        var (kernelBytes, _) = await ImageFile.WriteAsync(kernel, file => CopyAsync(built.Kernel, file, cancellationToken)).ConfigureAwait(false);
        var unpacked = built.Image.Entries.Select(static each => each.Value).OfType<FileEntry>().Sum(static file => (long)file.Content.Read().Length);
        return new(kernel, initrd, built.KernelVersion, kernelBytes, bytes, unpacked, digest, built.Packages, built.Missing);
    }

    /// <summary>Puts together what the profile consists of, without this project's own files.</summary>
    internal static async Task<Assembled> AssembleAsync(MinirootOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        var cache = Path.GetFullPath(options.CacheDirectory);
        Directory.CreateDirectory(cache);
        var held = await CacheLock.TakeAsync(cache, say, cancellationToken).ConfigureAwait(false);
        try
        {
            var contents = ProfileContents.Of(options.Profile, options.Kernel);
            var repository = new AptRepository(cache, say);
            var set = await repository.ResolveAsync(contents.Packages, options.Refresh, cancellationToken).ConfigureAwait(false);
            var stage = await PackageStage.OpenAsync(
                cache, set, () => repository.FetchAsync(contents.Packages, set, cancellationToken), say, cancellationToken).ConfigureAwait(false);
            var modules = KernelModules.Newest(stage);
            var assembly = new ImageAssembly(stage, contents);
            var image = await assembly.AssembleAsync(modules, cancellationToken).ConfigureAwait(false);
            var kernel = stage.Resolve("boot/vmlinuz-" + modules.Version) ?? throw new MinirootBuildException($"the packages have no kernel {modules.Version}");
            return new(held, image, stage, modules, contents, stage.OnDisk(kernel), modules.Version, set.Files, assembly.Missing);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static async Task CopyAsync(string source, Stream target, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(source);
        await using (file.ConfigureAwait(false)) await file.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A tree ready to be written, with what it was made from; the cache stays held until it is disposed.</summary>
internal sealed record Assembled(
    IDisposable Held, ImageTree Image, StagedTree Stage, KernelModules Modules, ProfileContents Contents, string Kernel, string KernelVersion,
    IReadOnlyList<string> Packages, IReadOnlyList<string> Missing) : IDisposable
{
    public void Dispose() => Held.Dispose();
}
