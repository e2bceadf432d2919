using System.Collections.Immutable;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>Accounts for every key of a configuration of Kadeploy 3.</summary>
internal sealed class ImportLedger
{
    private readonly Dictionary<(string File, string Key, ImportOutcome Outcome, string Target, string Note), (int Line, int Count)> _keys = [];
    private readonly List<string> _files = [];
    private readonly List<string> _warnings = [];

    /// <summary>Gets what was noted, in the order of files and lines; what is there several times is there once, with its number.</summary>
    public ImmutableArray<ImportedKey> Keys =>
    [
        .. _keys.Select(static each => new ImportedKey(each.Key.File, each.Value.Line, each.Key.Key, each.Value.Count, each.Key.Outcome, each.Key.Target, each.Key.Note))
            .OrderBy(key => _files.IndexOf(key.File)).ThenBy(static key => key.Line),
    ];

    /// <summary>Gets the warnings, in their order.</summary>
    public ImmutableArray<string> Warnings => [.. _warnings];

    /// <summary>Notes what becomes of a key.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">The line.</param>
    /// <param name="key">The key with those above it.</param>
    /// <param name="outcome">What becomes of it.</param>
    /// <param name="target">Where its value goes; empty for nowhere.</param>
    /// <param name="note">Why, or how it was changed.</param>
    public void Add(string file, int line, string key, ImportOutcome outcome, string target, string note)
    {
        if (!_files.Contains(file)) _files.Add(file);
        var entry = (file, Quoted.Text(key), outcome, target, note);
        _keys[entry] = _keys.TryGetValue(entry, out var before) ? (Math.Min(before.Line, line), before.Count + 1) : (line, 1);
    }

    /// <summary>Adds a warning, unless it is there.</summary>
    /// <param name="warning">What has to be done, or known.</param>
    public void Warn(string warning)
    {
        if (!_warnings.Contains(warning)) _warnings.Add(warning);
    }
}
