namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>Files that engines lock for as long as they live, so that others on the machine notice a death at once.</summary>
/// <remarks>The kernel frees the lock of a process however it ends. Files are made, tried and removed only inside a write transaction of the
/// database: two engines never try the same file at once, and none is removed between its creation and its locking.</remarks>
internal sealed class EngineLocks : IDisposable
{
    private readonly string _directory;
    private readonly Dictionary<EngineId, FileStream> _held = [];

    /// <summary>Prepares for locking.</summary>
    /// <param name="stateDirectory">The state directory; the files are in its subdirectory <c>engines</c>.</param>
    public EngineLocks(string stateDirectory) => _directory = Path.Combine(stateDirectory, "engines");

    /// <summary>Locks an engine's file.</summary>
    /// <param name="engine">An engine of this process.</param>
    /// <returns>Whether the lock tells others that the engine lives; false where file locks do not work.</returns>
    public bool Take(EngineId engine)
    {
        Directory.CreateDirectory(_directory);
        _held.Add(engine, Open(engine, FileMode.OpenOrCreate));
        return !TryOpen(engine, out _);
    }

    /// <summary>Unlocks and removes an engine's file.</summary>
    /// <param name="engine">An engine of this process; nothing happens when it holds no file.</param>
    public void Release(EngineId engine)
    {
        if (!_held.Remove(engine, out var file)) return;
        file.Dispose();
        Remove(engine);
    }

    /// <summary>Says whether an engine's process lives.</summary>
    /// <param name="engine">An engine whose <see cref="Take"/> returned true.</param>
    /// <returns>Whether its file is locked.</returns>
    public bool IsHeld(EngineId engine) => _held.ContainsKey(engine) || !TryOpen(engine, out _);

    /// <summary>Removes the files of engines that are neither registered nor alive.</summary>
    /// <param name="isRegistered">Says whether an engine is registered.</param>
    public void Sweep(Func<EngineId, bool> isRegistered)
    {
        if (!Directory.Exists(_directory)) return;
        foreach (var path in Directory.EnumerateFiles(_directory, "*.lock"))
        {
            if (Guid.TryParseExact(Path.GetFileNameWithoutExtension(path), "D", out var id)
                && new EngineId(id) is var engine && !isRegistered(engine) && TryOpen(engine, out var exists) && exists)
                Remove(engine);
        }
    }

    /// <summary>Unlocks all files and leaves them where they are, as if the process had ended.</summary>
    public void Dispose()
    {
        foreach (var file in _held.Values) file.Dispose();
        _held.Clear();
    }

    private string PathOf(EngineId engine) => Path.Combine(_directory, engine.Value.ToString("D") + ".lock");

    private FileStream Open(EngineId engine, FileMode mode) => new(PathOf(engine), mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    /// <summary>Tries the lock and lets go of it again.</summary>
    private bool TryOpen(EngineId engine, out bool exists)
    {
        exists = true;
        try
        {
            Open(engine, FileMode.Open).Dispose();
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            exists = false;
            return true; // somebody removed it, and with it the proof of life
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Remove(EngineId engine)
    {
        try
        {
            File.Delete(PathOf(engine));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A file left behind does no harm; the next sweep tries again.
        }
    }
}
