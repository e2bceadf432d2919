using System.Management.Automation;
using Dapper;
using Microsoft.Data.Sqlite;
using YamlDotNet.Serialization;

namespace OtherModule;

/// <summary>Uses each package and gives the versions that it got.</summary>
[Cmdlet(VerbsCommon.Get, "OtherVersion")]
public sealed class GetOtherVersion : Cmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var read = new DeserializerBuilder().Build().Deserialize<Dictionary<string, string>>("answer: forty-two");
        SQLitePCL.Batteries_V2.Init();
        using var database = new SqliteConnection("Data Source=:memory:");
        database.Open();
        var sqlite = database.ExecuteScalar<string>("SELECT sqlite_version()");
        foreach (var assembly in new[] { typeof(DeserializerBuilder), typeof(SqlMapper), typeof(SqliteConnection) }.Select(static type => type.Assembly.GetName()))
            WriteObject(new KeyValuePair<string, string>(assembly.Name!, assembly.Version!.ToString()));
        WriteObject(new KeyValuePair<string, string>("yaml", read["answer"]));
        WriteObject(new KeyValuePair<string, string>("sqlite", sqlite!));
    }
}
