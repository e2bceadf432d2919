using Xunit;

[assembly: AssemblyFixture(typeof(Kadeploy.Miniroot.Tests.Building.RealBuild))]

namespace Kadeploy.Miniroot.Tests.Building;

/// <summary>The smallest deployment environment, built once for all tests that want it, with the usual cache; nothing is installed.</summary>
public sealed class RealBuild : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Lock _lock = new();
    private Task<MinirootImages>? _built;

    internal MinirootOptions Options => new() { Profile = MinirootProfile.Min, OutputDirectory = _scratch["out"] };

    public void Dispose() => _scratch.Dispose();

    /// <summary>Builds, or skips the test with the reason where that cannot be done.</summary>
    internal async Task<MinirootImages> ImagesAsync()
    {
        Scratch.Need("apt-get", "apt");
        Scratch.Need("dpkg-deb", "dpkg");
        Scratch.Need("zstd", "zstd");
        lock (_lock) _built ??= MinirootBuilder.BuildAsync(Options, static _ => { }, CancellationToken.None);
        try
        {
            return await _built;
        }
        catch (MinirootBuildException failure) when (failure.Message.StartsWith("apt-get ", StringComparison.Ordinal))
        {
            Assert.Skip($"not run: the packages could not be had: {failure.Message}");
            throw;
        }
    }
}
