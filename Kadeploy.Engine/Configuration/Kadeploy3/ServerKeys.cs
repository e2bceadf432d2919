namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>The keys of <c>server.conf</c> for which there is nothing here, with the reasons.</summary>
internal static class ServerKeys
{
    private const string Store = "state is kept in the state directory; the old database is not read";
    private const string Rest = "there is no REST server yet; agents are always reached by TLS with a certificate made at the first start";
    private const string Users = "users are those of this machine's system";
    private const string Journal = "everything is in the journal: 'kadeploy operations ID --events 0'";
    private const string Limits = "the engine limits boots and calls to controllers by itself, fairly between operations, without pauses";
    private const string Agent = "an agent on each node does what was done through it";
    private const string Broadcast = "images come from the engine's own server";

    private static readonly (string Table, string Key, string Reason)[] Rows =
    [
        ("rights", "kind", "who may do what is always checked"),
        ("rights", "purge_deployment_timer", "a node is held by its operation for as long as it lasts; when an engine dies, 'kadeploy resume' goes on"),
        ("network", "tcp_buffer_size", "Kadeploy 3 does not use it either"),
        ("environments", "deployment", "the directories on nodes are fixed: /mnt/dest and /rambin"),
        ("environments", "max_preinstall_size", "archives may be as large as the node's memory lets them"),
        ("environments", "max_postinstall_size", "archives may be as large as the node's memory lets them"),
        ("cache", "directory", "images are kept in the state directory, and nothing there is emptied at the start"),
        ("cache", "size", "images are kept in the state directory"),
        ("cache", "concurrency_level", "the engine limits fetches by itself; one file is fetched once, however many want it"),
        ("hooks", "end_of_deployment", "name a program with 'kadeploy deploy --script'"),
        ("hooks", "end_of_reboot", "hooks are named with the command"),
        ("hooks", "end_of_power", "hooks are named with the command"),
        ("external", "taktuk", Agent),
        ("external", "bittorrent", Broadcast),
        ("external", "kastafior", Broadcast),
        ("external", "kascade", Broadcast),
        ("external", "tar", "archives are unpacked with the options that they need"),
    ];

    /// <summary>Accounts for them.</summary>
    /// <param name="file">The file's table.</param>
    /// <param name="ledger">The account.</param>
    public static void Leave(OldTable file, ImportLedger ledger)
    {
        if (file.Table("rights") is { } rights && rights.Section.Text("kind") == "dummy")
            ledger.Warn("rights/kind was 'dummy', which let everybody do everything: here only administrators and those with a right may");
        foreach (var (table, key, reason) in Rows) file.Table(table)?.Leave(key, reason);
        foreach (var (key, reason) in new[]
                 {
                     ("database", Store), ("security", Rest), ("authentication", Users), ("logs", Journal), ("verbosity", Journal), ("windows", Limits),
                     ("autoclean_threshold", "operations and their journal are kept"),
                 }) file.Leave(key, reason);
        foreach (var table in new[] { "environments", "cache", "hooks" })
        {
            // What else stands there is no key of Kadeploy 3; the rest was accounted for above.
            file.Table(table)?.End([.. Rows.Where(row => row.Table == table).Select(static row => row.Key)]);
            file.Section.Accept(table);
        }
    }
}
