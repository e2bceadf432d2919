using Kadeploy.Miniroot.Tools;

namespace Kadeploy.Miniroot.Packages;

/// <summary>Packages from this machine's own apt sources, in a private state directory: nothing is installed, the machine's lists and its
/// dpkg database are not touched, and root is not needed.</summary>
/// <param name="cache">The directory for everything that is kept.</param>
/// <param name="say">Is told what takes time.</param>
internal sealed class AptRepository(string cache, Action<string> say)
{
    private readonly string _state = Path.Combine(cache, "apt");

    /// <summary>Gets the folder of the package files.</summary>
    public string Archives => Path.Combine(_state, "archives");

    /// <summary>Chooses versions for packages and what they depend on.</summary>
    /// <param name="packages">The names.</param>
    /// <param name="refresh">Whether to ask the sources anew; otherwise an earlier choice from the same sources stands.</param>
    /// <param name="cancellationToken">Ends apt-get.</param>
    /// <returns>The choice.</returns>
    public async Task<PackageSet> ResolveAsync(IReadOnlyList<string> packages, bool refresh, CancellationToken cancellationToken)
    {
        // What is asked and whom: other sources may have other versions.
        string[] asked = [.. packages.Order(StringComparer.Ordinal), "from", .. Sources().Select(File.ReadAllText)];
        var file = Path.Combine(cache, "resolved", Digest.Of(asked));
        if (!refresh && File.Exists(file)) return new(await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false));
        var configuration = Prepare();
        say("reading the package lists of this machine's apt sources");
        await Tool.RunAsync("apt-get", ["-c", configuration, "-q", "update"], cancellationToken).ConfigureAwait(false);
        // Only what is not in the archives is printed; so here they are a folder that stays empty.
        var none = Path.Combine(_state, "none");
        Directory.CreateDirectory(Path.Combine(none, "partial"));
        var printed = await Tool.RunAsync(
            "apt-get", ["-c", configuration, "-o", $"Dir::Cache::archives={none}", "-q", "-y", "--print-uris", "install", .. packages],
            cancellationToken).ConfigureAwait(false);
        var set = PackageSet.Parse(printed);
        if (set.Files.Count == 0) throw new MinirootBuildException("apt-get named no packages; are there sources under /etc/apt?");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllLinesAsync(file + ".new", set.Files, cancellationToken).ConfigureAwait(false);
        File.Move(file + ".new", file, overwrite: true);
        return set;
    }

    /// <summary>Fetches those files of a set that are not here; apt checks their signatures' chain of digests.</summary>
    /// <param name="packages">The names that the set was made of.</param>
    /// <param name="set">The set.</param>
    /// <param name="cancellationToken">Ends apt-get.</param>
    /// <returns>The paths of the files.</returns>
    public async Task<IReadOnlyList<string>> FetchAsync(IReadOnlyList<string> packages, PackageSet set, CancellationToken cancellationToken)
    {
        // Versions are pinned: the lists may be newer than the choice.
        var files = set.Files.Select(file => Path.Combine(Archives, file)).ToArray();
        var missing = files.Where(static file => !File.Exists(file)).ToArray();
        if (missing.Length > 0)
        {
            say($"fetching {missing.Length} packages");
            var pinned = set.Files.Select(Pin);
            await Tool.RunAsync(
                "apt-get", ["-c", Prepare(), "-q", "-y", "--download-only", "--allow-downgrades", "install", .. pinned], cancellationToken).ConfigureAwait(false);
        }

        return files.FirstOrDefault(static file => !File.Exists(file)) is { } absent
            ? throw new MinirootBuildException($"{Path.GetFileName(absent)} did not arrive; --refresh chooses from what the sources have now ({string.Join(' ', packages)})")
            : files;
    }

    /// <summary>Turns <c>name_1%3a2.0_amd64.deb</c> into <c>name=1:2.0</c>, as apt-get takes it.</summary>
    internal static string Pin(string file)
    {
        var parts = file.Split('_');
        return $"{parts[0]}={Uri.UnescapeDataString(parts[1])}";
    }

    private static IEnumerable<string> Sources()
    {
        const string Folder = "/etc/apt";
        var files = Directory.Exists(Folder)
            ? Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            : throw new ConfigurationException("there is no /etc/apt: the packages come from this machine's apt sources, so it must be a Debian machine");
        return files.Where(static file => Path.GetFileName(file) is "sources.list" or "preferences" || Path.GetExtension(file) is ".list" or ".sources" or ".pref")
            .Order(StringComparer.Ordinal);
    }

    private string Prepare()
    {
        Directory.CreateDirectory(Path.Combine(_state, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(Archives, "partial"));
        File.WriteAllText(Path.Combine(_state, "status"), ""); // nothing is installed: so every dependency is named
        var file = Path.Combine(_state, "apt.conf");
        File.WriteAllText(file, $"""
            #clear APT::Update;
            #clear DPkg;
            #clear Dir::State;
            #clear Dir::Cache;
            Dir::State "{_state}";
            Dir::State::lists "{_state}/lists";
            Dir::State::status "{_state}/status";
            Dir::State::extended_states "{_state}/extended_states";
            Dir::Cache "{_state}";
            Dir::Cache::archives "{Archives}";
            Dir::Cache::pkgcache "";
            Dir::Cache::srcpkgcache "";
            Dir::Log "{_state}";
            APT::Sandbox::User "root";
            APT::Install-Recommends "false";
            APT::Install-Suggests "false";
            APT::Get::AllowUnauthenticated "false";
            APT::Color "false";
            Acquire::Languages "none";
            Acquire::Retries "3";

            """.ReplaceLineEndings("\n"));
        return file;
    }
}
