using System.Collections.Immutable;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>A rights book on a real store, with two clusters, two groups, and a clock that the test moves.</summary>
internal sealed class RightsBench : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, ImmutableArray<string>> Groups = new()
    {
        ["students"] = ["alice", "bob"], ["staff"] = ["carol"], ["nobody"] = [], ["admins"] = ["boss"],
    };

    private readonly DirectoryInfo _folder;

    private RightsBench(DirectoryInfo folder, SqliteStore store, MovedTime time, RightsMode mode)
    {
        (_folder, Store, Time) = (folder, store, time);
        Policy = new(["root", "boss"], Groups, mode);
        Book = new(store, store, Policy, static _ => Task.FromResult(Map), time);
        Check = new(store, store, Policy, time);
        Trail = new(store, Policy);
    }

    /// <summary>Gets nodes a-1 to a-4 of cluster a, and b-1 to b-2 of cluster b.</summary>
    public static NodeMap Map { get; } = new(
        [.. Enumerable.Range(1, 4).Select(static i => (NodeName.Parse($"a-{i}"), "a")), .. Enumerable.Range(1, 2).Select(static i => (NodeName.Parse($"b-{i}"), "b"))], ["a", "b"]);

    public SqliteStore Store { get; }

    public MovedTime Time { get; }

    public AccessPolicy Policy { get; }

    public RightsBook Book { get; }

    public RightsCheck Check { get; }

    public AuditTrail Trail { get; }

    public string Directory => _folder.FullName;

    public static Node Node(string name) => new() { Name = NodeName.Parse(name), Cluster = name[..1] };

    public static async Task<RightsBench> OpenAsync(RightsMode mode = RightsMode.Enforced)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("kadeploy-rights-");
        var time = new MovedTime(Start);
        return new(folder, await SqliteStore.OpenAsync(folder.FullName, CancellationToken.None, new("the test", time)), time, mode);
    }

    /// <summary>Makes a grant of words such as <c>alice a-[1-2] /dev/sda3,/dev/sda5 10:00-11:00 overwrite</c>; what is left out is everything.</summary>
    public static RightsGrant Grant(string words)
    {
        var (principal, scopes, parts, window) = Words(words);
        return new()
        {
            Principal = principal, Scopes = scopes, Parts = parts, Window = window, Overwrite = words.EndsWith(" overwrite", StringComparison.Ordinal),
        };
    }

    public static RightsRevocation Revocation(string words)
    {
        var (principal, scopes, parts, _) = Words(words);
        return new() { Principal = principal, Scopes = scopes, Parts = parts };
    }

    public Task<RightsChange> GrantAsync(string words, string by = "root") => Book.GrantAsync(Grant(words), by, CancellationToken.None);

    public Task<RightsChange> RevokeAsync(string words, string by = "root") => Book.RevokeAsync(Revocation(words), by, CancellationToken.None);

    /// <summary>Lists all rights in words, by principal.</summary>
    public async Task<string> ListAsync() =>
        string.Join("; ", (await Book.ListAsync(new(), "root", CancellationToken.None)).Select(Words));

    public async Task<ImmutableArray<AuditEntry>> AuditAsync() =>
        [.. await Trail.ReadAsync(new(), "root", CancellationToken.None).ToListAsync()];

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public static string Words(Right right)
    {
        var part = right.Part.IsAny ? "" : $" {right.Part}";
        return $"{right.Principal} {right.Scope}{part}{(right.Window == RightWindow.Always ? "" : $" {Hour(right.Window.From)}-{Hour(right.Window.Until)}")}";

        static string Hour(DateTimeOffset? moment) => moment is { } at ? at.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture) : "";
    }

    private static (Principal Principal, ImmutableArray<RightScope> Scopes, ImmutableArray<RightPart> Parts, RightWindow Window) Words(string words)
    {
        var (scopes, parts, window) = (ImmutableArray<RightScope>.Empty, ImmutableArray<RightPart>.Empty, RightWindow.Always);
        var all = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in all.Skip(1).Where(static word => word != "overwrite"))
        {
            if (word.StartsWith("/dev/", StringComparison.Ordinal)) parts = [.. word.Split(',').Select(static part => RightPart.Parse(part))];
            else if ((char.IsDigit(word[0]) || word[0] == '-') && word.Split('-') is [var from, var until]) window = new(Hour(from), Hour(until));
            else scopes = RightScope.ParseList(word);
        }

        return (Principal.Parse(all[0]), scopes, parts, window);

        static DateTimeOffset? Hour(string text) =>
            text.Length == 0 ? null : Start.AddHours(-12) + TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>A clock that stands where the test puts it.</summary>
internal sealed class MovedTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
