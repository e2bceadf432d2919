using System.Globalization;

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
        if (Version(database, file, scripts) == scripts.Length) return;
        database.Transact(() =>
        {
            // Another process may have been quicker.
            for (var version = Version(database, file, scripts); version < scripts.Length; version++)
                database.Run(Read(scripts[version]));
            database.Run(string.Create(CultureInfo.InvariantCulture,
                $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={scripts.Length}"));
            return scripts.Length;
        });
    }

    private static long Version(Database database, string file, string[] scripts)
    {
        var version = (long)database.Scalar("PRAGMA user_version")!;
        var ours = (long)database.Scalar("PRAGMA application_id")! == ApplicationId;
        var objects = (long)database.Scalar("SELECT count(*) FROM sqlite_schema")!; // read also when all is well: it finds a damaged schema
        if (!ours && (version != 0 || objects != 0)) throw new StoreException(SqliteErrors.NotOurs(file));
        return version <= scripts.Length
            ? version
            : throw new StoreException(
                $"{file} was written by a newer version of Kadeploy (schema {version}; this version knows {scripts.Length}); update Kadeploy, or "
                + "choose another directory with --state");
    }

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
