namespace Kadeploy.Miniroot.Modules;

/// <summary>What a kernel's modules need of each other, as depmod wrote it.</summary>
internal sealed class ModuleIndex
{
    private readonly Dictionary<string, string> _files = [];
    private readonly Dictionary<string, string[]> _needs = [];
    private readonly HashSet<string> _builtIn = [];
    private readonly ILookup<string, string> _aliases;
    private readonly ILookup<string, string> _soft;

    /// <summary>Reads the index of one kernel.</summary>
    /// <param name="dependencies">The lines of modules.dep: <c>kernel/a.ko: kernel/b.ko …</c>.</param>
    /// <param name="builtIn">The lines of modules.builtin: <c>kernel/c.ko</c>.</param>
    /// <param name="aliases">The lines of modules.alias: <c>alias PATTERN MODULE</c>.</param>
    /// <param name="soft">The lines of modules.softdep: <c>softdep MODULE pre: A B post: C</c>.</param>
    public ModuleIndex(IEnumerable<string> dependencies, IEnumerable<string> builtIn, IEnumerable<string> aliases, IEnumerable<string> soft)
    {
        foreach (var line in dependencies)
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) continue;
            _files[Name(line[..colon])] = line[..colon];
            _needs[line[..colon]] = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }

        foreach (var line in builtIn) _builtIn.Add(Name(line));
        _aliases = Fields(aliases, "alias").Where(static fields => fields.Length == 3).ToLookup(static fields => Name(fields[1]), static fields => fields[2]);
        _soft = Fields(soft, "softdep")
            .SelectMany(static fields => fields.Skip(2).Where(static field => !field.EndsWith(':')).Select(field => (Module: Name(fields[1]), Wants: field)))
            .ToLookup(static each => each.Module, static each => each.Wants);
    }

    /// <summary>Finds the files of modules and of all that they need; what they only like to have is taken when it is there.</summary>
    /// <param name="modules">Names or exact aliases, '-' and '_' alike.</param>
    /// <param name="unknown">Receives those names that this kernel has neither as modules nor built in.</param>
    /// <returns>Paths below the kernel's folder, in ordinal order.</returns>
    public IReadOnlyCollection<string> Closure(IEnumerable<string> modules, ICollection<string> unknown)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var module in modules)
            if (!Take(module, found)) unknown.Add(module);
        return found;
    }

    /// <summary>Gives the files of one module in the order in which they must be loaded.</summary>
    public IReadOnlyList<string> LoadOrder(string module) =>
        _files.TryGetValue(Name(module), out var file) ? [.. _needs[file].Reverse(), file] : []; // modules.dep has the nearest first

    /// <summary>Gives a module's name from its file or from another way to write it.</summary>
    internal static string Name(string module)
    {
        var name = module[(module.LastIndexOf('/') + 1)..].Trim();
        var end = name.IndexOf(".ko", StringComparison.Ordinal); // .ko, .ko.xz, .ko.zst
        return (end > 0 ? name[..end] : name).Replace('-', '_');
    }

    private static IEnumerable<string[]> Fields(IEnumerable<string> lines, string kind) =>
        lines.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields.Length > 2 && fields[0] == kind);

    private bool Take(string module, SortedSet<string> found)
    {
        var name = Name(module);
        if (!_files.TryGetValue(name, out var file))
        {
            var known = _builtIn.Contains(name);
            foreach (var other in _aliases[name]) known |= Take(other, found);
            return known;
        }

        if (!found.Add(file)) return true;
        foreach (var needed in _needs[file]) Take(needed, found);
        foreach (var liked in _soft[name]) Take(liked, found);
        return true;
    }
}
