using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.Engine.Tests.Drivers.Files;

/// <summary>Files of this machine for tests that need no others.</summary>
internal static class LocalFiles
{
    /// <summary>Opens them.</summary>
    /// <param name="folder">Where digests are remembered.</param>
    public static IFileScope In(string folder) => new FileScope("root", [], null!, null!, new(folder), new([], static _ => true), static () => { });
}
