namespace Kadeploy.Engine.BootServices;

/// <summary>What a server serves.</summary>
internal interface IServedFiles
{
    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The decoded path of a request.</param>
    /// <returns>The open file, or null when there is none of that name that may be served.</returns>
    BootFile? Open(string path);
}
