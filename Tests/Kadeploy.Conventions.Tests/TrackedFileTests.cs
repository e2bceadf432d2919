using Xunit;

namespace Kadeploy.Conventions.Tests;

public class TrackedFileTests
{
    private static readonly string[] BuiltFolders = ["bin", "obj", "out", "TestResults"];
    private static readonly string[] BuiltFiles = [".dll", ".exe", ".pdb", ".so", ".dylib", ".nupkg", ".snupkg", ".zip", ".db", ".binlog"];
    private static readonly string[] KeyFiles = [".pem", ".key", ".pfx", ".p12", ".snk", "id_rsa", "id_ed25519", "id_ecdsa", "id_deploy"];

    [Fact]
    public void What_is_built_is_not_tracked() =>
        Assert.DoesNotContain(Repository.TrackedFiles(), static file =>
            file.Split('/').SkipLast(1).Intersect(BuiltFolders, StringComparer.Ordinal).Any()
            || BuiltFiles.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void No_private_key_is_tracked()
    {
        var tracked = Repository.TrackedFiles();
        Assert.NotEmpty(tracked);
        Assert.DoesNotContain(tracked, static file => KeyFiles.Any(name => file.EndsWith(name, StringComparison.OrdinalIgnoreCase)));
        // In two parts, so that this file is none.
        var end = string.Concat("PRIVATE KEY", "-----");
        Assert.DoesNotContain(tracked, file =>
            File.Exists(Repository.PathOf(file)) && File.ReadAllText(Repository.PathOf(file)).Contains(end, StringComparison.Ordinal));
    }
}
