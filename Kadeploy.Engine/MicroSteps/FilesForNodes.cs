namespace Kadeploy.Engine.MicroSteps;

/// <summary>Brings files that requests and clusters name to a node.</summary>
internal static class FilesForNodes
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // Scripts and archives may hold secrets, and a production system has other users.
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateProgram = Private | UnixFileMode.UserExecute;

    /// <summary>Fetches a script and sends it.</summary>
    /// <param name="context">The node's step.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its path on the node, where it may be run.</returns>
    public static Task<string> SendScriptAsync(StepContext context, Uri location, CancellationToken cancellationToken) =>
        SendAsync(context, location, $"{NodePaths.Files}/{context.Step.Step.MicroStep}-{FileName(location)}", PrivateProgram, cancellationToken);

    /// <summary>Fetches an archive and sends it.</summary>
    /// <inheritdoc cref="SendScriptAsync"/>
    public static Task<string> SendArchiveAsync(StepContext context, Uri location, CancellationToken cancellationToken) =>
        SendAsync(context, location, $"{NodePaths.Files}/{context.Step.Step.MicroStep}-{FileName(location)}", Private, cancellationToken);

    /// <summary>Fetches a file and sends it to a place of its own.</summary>
    /// <param name="context">The node's step.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="path">Its path on the node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The path.</returns>
    public static Task<string> SendFileAsync(StepContext context, Uri location, string path, CancellationToken cancellationToken) =>
        SendAsync(context, location, path, Readable, cancellationToken);

    /// <summary>Gives the last part of an address's path.</summary>
    /// <param name="location">The address.</param>
    /// <returns>A file name.</returns>
    public static string FileName(Uri location) => Uri.UnescapeDataString(location.Segments[^1]).Replace('/', '_');

    private static async Task<string> SendAsync(StepContext context, Uri location, string path, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var file = await context.Drivers.Files.FetchAsync(location, null, cancellationToken).ConfigureAwait(false);
        await context.Drivers.Channel.SendFileAsync(context.Node, new(path, mode) { Source = file.Path }, cancellationToken).ConfigureAwait(false);
        return path;
    }
}
