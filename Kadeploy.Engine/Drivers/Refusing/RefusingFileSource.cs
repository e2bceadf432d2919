namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>Fetches nothing.</summary>
internal sealed class RefusingFileSource(string missing = "no source of files is configured") : IFileSource
{
    /// <inheritdoc/>
    public Task<string?> FindProblemAsync(Uri location, CancellationToken cancellationToken) => Task.FromResult<string?>(missing);

    /// <inheritdoc/>
    public Task<SourceFile> FetchAsync(Uri location, string? sha256, CancellationToken cancellationToken) =>
        throw Refusal.Of(missing);
}
