using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Kadeploy.Conventions.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = [".git", ".vs", ".idea", "bin", "obj", "out", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>Gets the folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Gets the paths of all folders that are not the tools', relative to the root, with '/'.</summary>
    public static IReadOnlyList<string> Folders { get; } = [.. Walk(new(Root)).Select(static folder => Relative(folder.FullName))];

    /// <summary>Gets the paths of all files in them, relative to the root, with '/'.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Walk(new(Root)).SelectMany(static folder => folder.EnumerateFiles()).Where(static file => file.Name != ".git").Select(static file => Relative(file.FullName)).Order(StringComparer.Ordinal)];

    public static string PathOf(string file) => Path.Combine(Root, file.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Gets the files that git tracks; skips the test that asks, with the reason, where there is no git or no checkout.</summary>
    public static IReadOnlyList<string> TrackedFiles()
    {
        // A worktree has a file there.
        if (!Path.Exists(PathOf(".git"))) Assert.Skip($"not run: {Root} is no git checkout");
        var start = new ProcessStartInfo("git") { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "ls-files", "-z" }) start.ArgumentList.Add(argument);
        try
        {
            using var git = Process.Start(start)!;
            var errors = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            if (git.ExitCode != 0) Assert.Skip($"not run: git ls-files ended with {git.ExitCode}: {errors.GetAwaiter().GetResult()}");
            return output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Win32Exception missing)
        {
            Assert.Skip($"not run: git could not be started: {missing.Message}");
            throw;
        }
    }

    private static IEnumerable<DirectoryInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(static each => !NotOurs.Contains(each.Name, StringComparer.Ordinal)).SelectMany(Walk).Prepend(folder);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Kadeploy.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Kadeploy.slnx; run the tests from a checkout");
    }
}
