using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Processes;

/// <summary>A folder for a test's files and programs, removed at the end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kadeploy-test-");

    public string Path => _folder.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Writes a program for /bin/sh.</summary>
    public string Program(string name, string script)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("the stand-in programs of this test are shell scripts");
        var path = Write(name, "#!/bin/sh\n" + script.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public string[] Lines(string name) => File.Exists(this[name]) ? File.ReadAllLines(this[name]) : [];

    public void Dispose() => _folder.Delete(recursive: true);
}
