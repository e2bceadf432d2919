namespace Kadeploy.Engine.MicroSteps;

/// <summary>Turns a script in an archive into arguments of <see cref="NodePrograms.RunArchive"/>.</summary>
internal static class InstallScripts
{
    /// <summary>Gives the arguments.</summary>
    /// <param name="script">The archive and the script.</param>
    /// <returns>The archive's address, its compression, where it is unpacked, and the script unless unpacking is all.</returns>
    public static string[] Arguments(InstallScript script)
    {
        string[] archive = [script.Archive.AbsoluteUri, script.Compression.ToString().ToLowerInvariant(), NodePaths.ArchiveDirectory];
        return script.Script is null ? archive : [.. archive, script.Script];
    }
}
