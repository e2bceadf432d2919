using Kadeploy.Engine.Tests.Drivers.Processes;

namespace Kadeploy.Engine.Tests.BootServices;

/// <summary>A folder of boot files, and a secret beside it that links point to.</summary>
internal sealed class BootFiles : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public BootFiles()
    {
        Directory.CreateDirectory(_folder["root/sub"]);
        Directory.CreateDirectory(_folder["outside"]);
        _folder.Write("outside/secret", "secret");
        foreach (var size in new[] { 0, 1, 511, 512, 513, 1024, 100_000 }) Add(size.ToString(System.Globalization.CultureInfo.InvariantCulture), size);
        File.WriteAllText(_folder["root/sub/a file"], "inside");
        File.CreateSymbolicLink(_folder["root/good-link"], "sub/a file");
        File.CreateSymbolicLink(_folder["root/sub/up-link"], "../1");
        File.CreateSymbolicLink(_folder["root/bad-link"], "../outside/secret");
        File.CreateSymbolicLink(_folder["root/absolute-link"], _folder["outside/secret"]);
        File.CreateSymbolicLink(_folder["root/bad-folder"], "../outside");
        File.CreateSymbolicLink(_folder["root/twice"], "sub/loop");
        File.CreateSymbolicLink(_folder["root/sub/loop"], "../twice");
    }

    /// <summary>Names that must not lead to the secret or anywhere.</summary>
    public static readonly string[] Escapes =
    [
        "../outside/secret", "/../outside/secret", "sub/../../outside/secret", "sub/../1", "..", ".", "./1", "/", "sub", "sub/", "bad-link", "absolute-link",
        "bad-folder/secret", "twice", "..\\outside\\secret", "sub\\..\\..\\outside\\secret", "/etc/passwd", "//etc/passwd", "missing", "1/", "1/x", "%2e%2e/outside/secret",
    ];

    public string Root => _folder["root"];

    public string Scratch => _folder["outside"];

    public byte[] this[string name] => File.ReadAllBytes(Path.Combine(Root, name));

    public void Add(string name, int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(Root, name), bytes);
    }

    public void Dispose() => _folder.Dispose();
}
