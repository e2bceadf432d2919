using System.Text.RegularExpressions;
using Kadeploy.Engine.Stores.Sqlite;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>Makes a database of today one of an earlier version, which has less in it.</summary>
internal static partial class OlderSchema
{
    /// <summary>Gives the names of the scripts, the first of which is number 1.</summary>
    public static IReadOnlyList<string> Scripts { get; } =
        [.. typeof(SqliteStore).Assembly.GetManifestResourceNames().Where(static name => name.StartsWith("Migrations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Takes out what later scripts have made.</summary>
    /// <param name="databaseFile">The database, which nobody has open.</param>
    /// <param name="version">The number of scripts that have run.</param>
    public static void GoBack(string databaseFile, int version)
    {
        using var connection = new SqliteConnection($"Data Source={databaseFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA foreign_keys=OFF;" + string.Concat(Scripts.Skip(version).SelectMany(Made).Select(static made => $"DROP {made};"))
            + $"PRAGMA user_version={version}";
        command.ExecuteNonQuery();
    }

    // Indexes first: those of a table go with it.
    private static IEnumerable<string> Made(string script)
    {
        using var reader = new StreamReader(typeof(SqliteStore).Assembly.GetManifestResourceStream(script)!);
        return Thing().Matches(reader.ReadToEnd()).Select(static match => $"{match.Groups[1].Value} {match.Groups[2].Value}").Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^CREATE (TABLE|INDEX) (\w+) ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Thing();
}
