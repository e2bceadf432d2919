using Kadeploy.Miniroot.Tools;
using Xunit;

namespace Kadeploy.Miniroot.Tests;

/// <summary>A directory for one test.</summary>
internal sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("kadeploy-miniroot-test-").FullName;

    public string this[string path] => Path.Combine(Root, path);

    public string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], text);
        return this[path];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Skips the test, with the reason, where a program is missing.</summary>
    public static void Need(string program, string package)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("not run: the deployment environment is built on Linux only");
        if (Tool.Find(program) is null) Assert.Skip($"not run: {program} is missing; the package {package} brings it");
    }
}
