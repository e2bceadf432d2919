using Kadeploy.Engine.Drivers.Files;
using Xunit;
using static Kadeploy.Engine.Tests.Drivers.Files.CacheBench;

namespace Kadeploy.Engine.Tests.Drivers.Files;

/// <summary>Files of this machine, and who may have which.</summary>
public sealed class FileSourceTests : IAsyncLifetime
{
    private readonly CacheBench _bench = new();
    private FileSource _files = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _files = await _bench.OpenAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_local_file_is_used_where_it_is_and_its_digest_follows_its_content()
    {
        using var scope = _files.Open("root", []);
        var path = _bench.Folder.Write("image", "first");
        var location = new Uri(path);
        Assert.Equal(new SourceFile(path, 5, DigestOf("first")), await scope.FetchAsync(location, null, Token));
        _bench.Folder.Write("other", "other");
        File.SetLastWriteTimeUtc(_bench.Folder["other"], File.GetLastWriteTimeUtc(path));
        File.Move(_bench.Folder["other"], path, overwrite: true);
        Assert.Equal(DigestOf("other"), (await scope.FetchAsync(location, null, Token)).Sha256);
    }

    [Fact]
    public async Task A_digest_is_remembered_by_the_next_process()
    {
        var location = new Uri(_bench.Folder.Write("image", "first"));
        using (var scope = _files.Open("root", [])) await scope.FetchAsync(location, null, Token);
        var note = Assert.Single(Directory.GetFiles(_bench.Files, "*.digest"));
        var text = await File.ReadAllTextAsync(note, Token);
        await File.WriteAllTextAsync(note, new string('0', 64) + text[64..], Token);
        using var next = (await _bench.OpenAsync()).Open("root", []);
        Assert.Equal(new string('0', 64), (await next.FetchAsync(location, null, Token)).Sha256);
    }

    [Fact]
    public async Task A_local_file_that_is_another_than_was_recorded_is_refused()
    {
        var location = new Uri(_bench.Folder.Write("image", "first"));
        using var scope = _files.Open("root", [new("image of a", location) { Sha256 = DigestOf("second") }]);
        Assert.Equal(FaultCodes.ImageDigest, (await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(location, null, Token))).Code);
        Assert.Equal(FaultCodes.ImageDigest, (await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(location, DigestOf("third"), Token))).Code);
    }

    [Fact]
    public async Task What_is_missing_is_told_before_and_when_it_is_fetched()
    {
        using var scope = _files.Open("root", []);
        var location = new Uri(_bench.Folder["nowhere"]);
        Assert.Contains(_bench.Folder["nowhere"], await scope.FindProblemAsync(location, Token), StringComparison.Ordinal);
        Assert.Contains("folder", await scope.FindProblemAsync(new(_bench.Folder.Path), Token), StringComparison.Ordinal);
        Assert.Contains("http", await scope.FindProblemAsync(new("ftp://host/x"), Token), StringComparison.Ordinal);
        Assert.Equal(FaultCodes.SourceFile, (await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(location, null, Token))).Code);
    }

    [Fact]
    public async Task An_archive_that_is_larger_than_it_may_be_is_refused_before_and_when_it_is_fetched()
    {
        var location = new Uri(_bench.Folder.Write("pre.tgz", new string('x', 2000)));
        using var scope = _files.Open("root", [new("pre-install of a", location) { Limit = 1500 }]);
        var problem = $"the file '{location.LocalPath}' is too big (2 kB; 1.5 kB is the max allowed size)";
        Assert.Equal(problem, await scope.FindProblemAsync(location, Token));
        Assert.Equal(problem, (await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(location, null, Token))).Message);
    }

    [Fact]
    public async Task Users_have_the_files_of_allowed_folders_only_whatever_links_and_dots_are_on_the_way()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need rights there");
        var folder = _bench.Folder;
        foreach (var name in new[] { "allowed", "allowed/inside", "allowed-not", "secret", "real" }) Directory.CreateDirectory(folder[name]);
        foreach (var name in new[] { "allowed/image", "allowed/inside/image", "allowed-not/image", "secret/image", "real/image" }) folder.Write(name, "x");
        File.CreateSymbolicLink(folder["allowed/link"], folder["secret/image"]);
        File.CreateSymbolicLink(folder["allowed/good"], "inside/image");
        Directory.CreateSymbolicLink(folder["allowed/out"], "../secret");
        Directory.CreateSymbolicLink(folder["allowed/here"], folder["allowed/inside"]);
        Directory.CreateSymbolicLink(folder["also"], folder["real"]);
        File.CreateSymbolicLink(folder["allowed/loop"], "loop");
        _bench.Settings = _bench.Settings with { Allow = [folder["allowed"], folder["also"]] };
        var files = await _bench.OpenAsync();
        using var ada = files.Open("ada", []);
        using var root = files.Open("root", []);
        foreach (var (path, expected) in new[]
                 {
                     ("allowed/image", true), ("allowed/good", true), ("allowed/here/image", true), ("also/image", true), ("real/image", true), ("allowed/inside/../image", true),
                     ("allowed-not/image", false), ("secret/image", false), ("allowed/link", false), ("allowed/out/image", false), ("allowed/../secret/image", false), ("allowed/loop", false),
                     ("allowed/inside/../../secret/image", false), ("state/kadeploy.db", false),
                 })
        {
            var location = new Uri("file://" + folder[path]);
            if (path != "allowed/loop") Assert.Null(await root.FindProblemAsync(location, Token));
            var problem = await ada.FindProblemAsync(location, Token);
            Assert.True(expected == problem is null, $"{path}: {problem}");
            if (expected) Assert.Equal(1, (await ada.FetchAsync(location, null, Token)).Length);
            else Assert.Contains("is not for ada", (await Assert.ThrowsAsync<OperationFailedException>(() => ada.FetchAsync(location, null, Token))).Message, StringComparison.Ordinal);
        }

        // Whether a file is there is nobody's business who may not have it.
        var there = await ada.FindProblemAsync(new(folder["secret/image"]), Token);
        Assert.Equal(there, (await ada.FindProblemAsync(new(folder["secret/nothing"]), Token))!.Replace("nothing", "image", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_configuration_names_may_be_anywhere()
    {
        var location = new Uri(_bench.Folder.Write("partition.sh", "x"));
        using var scope = _files.Open("ada", [new("partitioning script of cluster a", location) { Configured = true }]);
        Assert.Null(await scope.FindProblemAsync(location, Token));
        Assert.Equal(1, (await scope.FetchAsync(location, null, Token)).Length);
        using var other = _files.Open("ada", []);
        Assert.Contains("for administrators only", await other.FindProblemAsync(location, Token), StringComparison.Ordinal);
    }
}
