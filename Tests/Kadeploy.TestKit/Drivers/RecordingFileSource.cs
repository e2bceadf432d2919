namespace Kadeploy.TestKit.Drivers;

/// <summary>Notes which files are asked for; all are there unless a test decides otherwise.</summary>
public sealed class RecordingFileSource : IFileSource
{
    /// <summary>Gets what was fetched, in its order.</summary>
    public List<Uri> Fetched { get; } = [];

    /// <summary>Gets or sets what is wrong with a file; null when nothing is.</summary>
    public Func<Uri, string?> Problem { get; set; } = static _ => null;

    public Task<string?> FindProblemAsync(Uri location, CancellationToken cancellationToken) => Task.FromResult(Problem(location));

    public Task<SourceFile> FetchAsync(Uri location, string? sha256, CancellationToken cancellationToken)
    {
        Fetched.Add(location);
        return Problem(location) is { } problem
            ? Task.FromException<SourceFile>(new OperationFailedException(FaultCodes.Broadcast, problem))
            : Task.FromResult(new SourceFile($"/cache{location.AbsolutePath}", 1000, sha256 ?? new string('0', 64)));
    }
}
