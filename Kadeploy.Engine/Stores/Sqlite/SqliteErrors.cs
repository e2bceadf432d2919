using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>Says in words for users what SQLite reports in numbers (https://sqlite.org/rescode.html).</summary>
internal static class SqliteErrors
{
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Makes the exception that callers see.</summary>
    /// <param name="failure">What SQLite reported.</param>
    /// <param name="file">The database file.</param>
    /// <returns>A message that names the file, what happened and what to do.</returns>
    public static StoreException Translate(SqliteException failure, string file) => failure.SqliteErrorCode switch
    {
        NotADatabase => NotOurs(file, failure),
        Corrupt => Damaged(file, failure),
        _ => new(Unusable(failure, file), failure),
    };

    private static string Unusable(SqliteException failure, string file) => failure.SqliteErrorCode switch
    {
        Full => $"the disk that holds {file} is full; make room there, then run 'kadeploy resume'",
        ReadOnly or Permission or CannotOpen =>
            $"{file} cannot be opened for writing; check owner, permissions and mount options of the file and its directory, or choose "
            + "another directory with --state",
        Busy or Locked =>
            $"{file} has been locked by another process for more than {Database.BusyTimeoutSeconds} s; end that process ('fuser {file}' "
            + "names it), or try again later",
        InputOutput =>
            $"{file} cannot be read or written ({failure.Message}); check the disk and its free space, then run 'kadeploy resume'",
        _ => $"{file}: {failure.Message}",
    };

    /// <summary>Gives the message for a directory in which files cannot be made.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="reason">What the system said.</param>
    /// <returns>The message.</returns>
    public static string Unusable(string directory, string reason) =>
        $"the state directory {directory} cannot be used: {reason.TrimEnd('.')}; mend that, or choose another directory with --state";

    /// <summary>Makes the exception for a file that holds something else.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cause">What told it, or null.</param>
    /// <returns>The exception.</returns>
    public static StoreException NotOurs(string file, Exception? cause = null) =>
        new(FaultCodes.StoreContent, $"{file} is not a database of Kadeploy; move it away, or choose another directory with --state", cause);

    /// <summary>Makes the exception for a file that cannot be understood any more.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cause">What told it.</param>
    /// <returns>The exception.</returns>
    public static StoreException Damaged(string file, Exception cause) => new(
        FaultCodes.StoreContent,
        $"{file} is damaged; restore it from a backup, save what can be saved with 'sqlite3 {file} .recover', or move it away to begin anew", cause);
}
