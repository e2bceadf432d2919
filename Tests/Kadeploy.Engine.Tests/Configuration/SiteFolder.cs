using System.Text;
using Kadeploy.Engine.Configuration;
using Xunit;

namespace Kadeploy.Engine.Tests.Configuration;

/// <summary>A folder with a configuration and the files that it names, removed at the end.</summary>
internal sealed class SiteFolder : IDisposable
{
    public const string Server = """
        server:
          address: 10.77.0.1
        clusters: clusters
        """;

    /// <summary>The least that a cluster says.</summary>
    public const string Least = """
        name: lab
        nodes: { name: "node-[1-2]" }
        partitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }
        """;

    public SiteFolder(string cluster = Least, string server = Server)
    {
        foreach (var folder in new[] { "clusters", "boot/pxelinux.cfg", "boot/grub", "boot/local", "boot/users" }) Directory.CreateDirectory(At(folder));
        foreach (var file in new[] { "boot/vmlinuz", "boot/initrd.img", "boot/overlay.img", "boot/vmlinuz-nfs", "agent", "key", "script.sh", "admin.tgz" }) Write(file, file);
        Write("password", "secret\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At("password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write("kadeploy.yml", server);
        Write("clusters/lab.yml", cluster);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("kadeploy-site-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => File.WriteAllText(At(name), text, new UTF8Encoding(false)); // what is no text becomes a question mark

    public Site Read(Action<string>? keyAsked = null) =>
        SiteReader.Read(At("kadeploy.yml"), static name => name == "BMC_PASSWORD" ? "from the variable" : null, keyAsked);

    /// <summary>Reads what must be refused.</summary>
    public string[] Problems() =>
        [.. Assert.Throws<ConfigurationException>(() => Read()).Problems.Select(problem => problem.Replace(Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
