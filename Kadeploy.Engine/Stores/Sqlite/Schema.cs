using System.Globalization;
using Kadeploy.Engine.Stores.Sqlite.Log;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>Brings a database to the schema that this program knows, by the numbered scripts in <c>Migrations/</c>.</summary>
internal static class Schema
{
    /// <summary>Marks a file as ours (SQLite's <c>application_id</c>): "KaDp" in ASCII.</summary>
    private const long ApplicationId = 0x4B614470;

    private const string Prefix = "Migrations/";

    /// <summary>Migrates when needed, in one transaction.</summary>
    /// <param name="database">The database.</param>
    /// <param name="file">Its file, for messages.</param>
    /// <exception cref="StoreException">The file is another program's, or of a newer version of this one.</exception>
    public static void Migrate(Database database, string file)
    {
        var scripts = Scripts();
        if (!IsCurrent(database, scripts)) database.Transact(() => Migrate(database, file, scripts));

        // Kept in the file, and nothing to do when it is there already; not before the file is known to be ours.
        database.Run("PRAGMA journal_mode=WAL");
    }

    private static bool IsCurrent(Database database, string[] scripts) =>
        Number(database, "PRAGMA application_id") == ApplicationId && Number(database, "PRAGMA user_version") == scripts.Length
        && Number(database, "SELECT count(*) FROM sqlite_schema") > 0; // finds a damaged schema

    /// <summary>Judges the file and migrates it in the transaction of the caller: meanwhile another process may have been quicker.</summary>
    private static int Migrate(Database database, string file, string[] scripts)
    {
        var version = Number(database, "PRAGMA user_version");
        if (Number(database, "PRAGMA application_id") != ApplicationId && (version != 0 || Number(database, "SELECT count(*) FROM sqlite_schema") != 0))
            throw SqliteErrors.NotOurs(file);
        if (version > scripts.Length)
            throw new StoreException(
                FaultCodes.StoreVersion,
                $"{file} was written by a newer version of Kadeploy (schema {version}; this version knows {scripts.Length}); update Kadeploy, or "
                + "choose another directory with --state");
        foreach (var script in scripts.Skip((int)version))
        {
            database.Run(Read(script));
            Fill(database, script);
        }

        database.Run(string.Create(CultureInfo.InvariantCulture,
            $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={scripts.Length}"));
        return scripts.Length;
    }

    /// <summary>Does what belongs to a script and SQL cannot say.</summary>
    private static void Fill(Database database, string script)
    {
        if (script.EndsWith("/0006_statistics.sql", StringComparison.Ordinal)) LogBackfill.Run(database);
    }

    private static long Number(Database database, string query) => (long)database.Scalar(query)!;

    /// <summary>Gives the scripts; the first is number 1.</summary>
    private static string[] Scripts() =>
        [.. typeof(Schema).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static string Read(string script)
    {
        using var reader = new StreamReader(typeof(Schema).Assembly.GetManifestResourceStream(script)!);
        return reader.ReadToEnd();
    }
}
