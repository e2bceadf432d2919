using System.Net;
using System.Security.Cryptography;
using System.Text;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.Engine.Tests.Drivers.Processes;

namespace Kadeploy.Engine.Tests.Drivers.Files;

/// <summary>A cache in a folder of its own, and as many processes' views of it as a test wants.</summary>
internal sealed class CacheBench : IAsyncDisposable
{
    private readonly List<(FileSource Files, SqliteStore Store)> _opened = [];

    public ScratchFolder Folder { get; } = new();

    public HastyTime Time { get; } = new();

    /// <summary>Gets or sets how sources are set up that are opened from now on; machines of the loopback may be asked.</summary>
    public FileSettings Settings { get; set; } = new() { Networks = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")] };

    public string Files => Folder["state/files"];

    public static string DigestOf(string text) => DigestOf(Encoding.UTF8.GetBytes(text));

    public static string DigestOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Opens the cache as another process would.</summary>
    public async Task<FileSource> OpenAsync()
    {
        var store = await SqliteStore.OpenAsync(Folder["state"], CancellationToken.None);
        var files = new FileSource(Files, store, Settings, static user => user == "root", Time);
        _opened.Add((files, store));
        return files;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (files, store) in _opened)
        {
            files.Dispose();
            await store.DisposeAsync();
        }

        Folder.Dispose();
    }
}
