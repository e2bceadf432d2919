namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Every file that a simulated operation names is there; simulated nodes do not look into it.</summary>
internal sealed class FakeFileSource : IFileSource
{
    private static readonly string NoDigest = new('0', 64);

    /// <inheritdoc/>
    public Task<string?> FindProblemAsync(Uri location, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public Task<SourceFile> FetchAsync(Uri location, string? sha256, CancellationToken cancellationToken) =>
        Task.FromResult(new SourceFile(location.AbsolutePath, 0, sha256 ?? NoDigest));
}
