using System.Collections.Frozen;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>The scripts for nodes that come with the engine.</summary>
internal static class EmbeddedPrograms
{
    private const string Prefix = "NodePrograms/";
    private static readonly Lazy<FrozenDictionary<string, ReadOnlyMemory<byte>>> Loaded = new(Load);

    /// <summary>Gets the content of each, by its name such as <c>kadeploy-partition</c>.</summary>
    public static FrozenDictionary<string, ReadOnlyMemory<byte>> All => Loaded.Value;

    private static FrozenDictionary<string, ReadOnlyMemory<byte>> Load()
    {
        var assembly = typeof(EmbeddedPrograms).Assembly;
        return assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(
            static name => name[Prefix.Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                return (ReadOnlyMemory<byte>)content;
            },
            StringComparer.Ordinal);
    }
}
