using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>Where the engine keeps what must outlive the process.</summary>
public static class StateDirectory
{
    /// <summary>How many finished simulations keep their world files, for those who want to look at what was done to which node.</summary>
    private const int KeptWorlds = 10;

    /// <summary>Gets the directory that is used when none is named: <c>$XDG_STATE_HOME/kadeploy</c> or <c>~/.local/state/kadeploy</c> (XDG Base
    /// Directory Specification), on Windows the folder for local application data.</summary>
    public static string Default
    {
        get
        {
            // The specification: relative paths are invalid and must be ignored.
            if (Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathFullyQualified(state))
                return Path.Combine(state, "kadeploy");
            return OperatingSystem.IsWindows()
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Kadeploy")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", "kadeploy");
        }
    }

    /// <summary>Makes sure that there is something to be read; whoever only reads must not make a directory by a slip of the pen.</summary>
    /// <param name="stateDirectory">The directory.</param>
    /// <exception cref="ConfigurationException">There is no state there.</exception>
    /// <exception cref="StoreException">The directory cannot be read.</exception>
    public static void RequireState(string stateDirectory)
    {
        try
        {
            File.GetAttributes(Path.Combine(stateDirectory, "kadeploy.db"));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException($"there is no Kadeploy state in '{stateDirectory}'; name the directory with --state");
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the state directory {stateDirectory} cannot be read by {Environment.UserName}: {hidden.Message}", hidden);
        }
    }

    /// <summary>Gives the file that keeps the machines of a simulated operation.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>A path; its folder is made.</returns>
    /// <exception cref="StoreException">The folder cannot be made.</exception>
    internal static string WorldFile(string stateDirectory, OperationId operation)
    {
        var folder = Path.Combine(stateDirectory, "simulations");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(SqliteErrors.Unusable(folder, failure.Message), failure);
        }

        return Path.Combine(folder, operation.Value + ".world");
    }

    /// <summary>Removes the world files of old simulations that have ended.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="store">Says which have ended.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    internal static async Task PruneWorldsAsync(string stateDirectory, IStore store, CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(Path.Combine(stateDirectory, "simulations"));
        if (!folder.Exists) return;
        // Identifiers made later sort later.
        foreach (var file in folder.GetFiles("*.world").OrderByDescending(static file => file.Name, StringComparer.Ordinal).Skip(KeptWorlds))
        {
            if (!OperationId.TryParse(Path.GetFileNameWithoutExtension(file.Name), null, out var id)) continue;
            var operation = await store.FindOperationAsync(id, cancellationToken).ConfigureAwait(false);
            if (operation is not { State: not OperationState.Running }) continue;
            try
            {
                file.Delete();
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // A file left behind does no harm; the next engine tries again.
            }
        }
    }
}
