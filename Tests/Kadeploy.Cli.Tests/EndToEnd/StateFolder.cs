namespace Kadeploy.Cli.Tests.EndToEnd;

/// <summary>A state directory that goes away with its test.</summary>
internal sealed class StateFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kadeploy-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
