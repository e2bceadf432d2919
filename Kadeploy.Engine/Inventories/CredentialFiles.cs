using System.Collections.Immutable;
using System.Text;
using Kadeploy.Engine.Configuration.Reading;

namespace Kadeploy.Engine.Inventories;

/// <summary>Keeps passwords of controllers that were given themselves: each in a file of its own in the state directory, which only its owner may read.</summary>
/// <remarks>
/// A file is written before the inventory names it, and is never changed: a new password has a new file, so that it and what else is said of a node become true in one
/// transaction. Its name is drawn by lot; nothing that users write is part of it. It is removed when nothing in the store names it any more (<see cref="NodeInventory"/>); one
/// that nothing ever named, because its process was killed, is removed later.
/// </remarks>
/// <param name="stateDirectory">The state directory.</param>
internal sealed class CredentialFiles(string stateDirectory)
{
    // A change takes moments; whoever was suspended for longer than this finds the file gone and is told.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly string _folder = Path.Combine(Path.GetFullPath(stateDirectory), "credentials");

    /// <summary>Writes a password.</summary>
    /// <param name="password">The password.</param>
    /// <returns>The full path of its file, which is on disk.</returns>
    /// <exception cref="ConfigurationException">No controller may have this password.</exception>
    /// <exception cref="StoreException">The file cannot be written.</exception>
    public string Write(Secret password)
    {
        var text = password.Reveal();
        if (SecretReading.ProblemOf(text) is { } problem) throw new ConfigurationException($"the controller's password {problem}; set another one at the controller");
        var path = PathOf(Guid.NewGuid().ToString("N"));
        try
        {
            PrivateFile.CreateDirectory(_folder);
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(_folder) != Owner) File.SetUnixFileMode(_folder, Owner);
            PrivateFile.WriteNew(path, Encoding.UTF8.GetBytes(text + "\n"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the controller's password cannot be kept in {_folder}: {failure.Message}", failure);
        }

        return path;
    }

    /// <summary>Lists the files.</summary>
    /// <returns>Their names.</returns>
    public ImmutableHashSet<string> List() => [.. Files().Select(static file => file.Name).Where(IsName)];

    /// <summary>Lists files that nothing can be about to name, unless something names them already.</summary>
    /// <param name="now">The time now.</param>
    /// <returns>Their names.</returns>
    public IEnumerable<string> ListOld(DateTimeOffset now) => Files().Where(file => IsName(file.Name) && now - file.LastWriteTimeUtc > Abandoned).Select(static file => file.Name);

    /// <summary>Gives the file of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Its full path.</returns>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Says whether a path is in the folder.</summary>
    /// <param name="path">A full path.</param>
    /// <returns>Whether it is.</returns>
    public bool Holds(string path) => Path.GetDirectoryName(path) == _folder;

    /// <summary>Removes a file; one that cannot be removed now is tried again later.</summary>
    /// <param name="name">Its name.</param>
    public void Remove(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next change tries again.
        }
    }

    /// <summary>Removes what killed processes left of files that they were writing.</summary>
    /// <param name="now">The time now.</param>
    public void RemoveUnfinished(DateTimeOffset now)
    {
        foreach (var file in Files().Where(file => !IsName(file.Name) && IsName(file.Name[..Math.Min(32, file.Name.Length)]) && now - file.LastWriteTimeUtc > Abandoned)) Remove(file.Name);
    }

    private static bool IsName(string name) => name.Length == 32 && name.All(char.IsAsciiHexDigitLower);

    private FileInfo[] Files()
    {
        try
        {
            return new DirectoryInfo(_folder).GetFiles();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return []; // no password was given yet
        }
    }
}
