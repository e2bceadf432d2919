using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks the description of an environment.</summary>
internal static class EnvironmentCheck
{
    /// <summary>Checks a description.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(KaEnvironment environment, Problems problems)
    {
        RequestCheck.CheckText("environment's name", environment.Name, problems, required: true);
        RequestCheck.CheckText("environment's user", environment.User, problems, required: true);
        RequestCheck.CheckText("environment's kernel parameters", environment.Boot.KernelParameters, problems);
        if (environment.Version < 1) problems.Add($"the environment's version is {environment.Version}; versions begin with 1");
        RequestCheck.CheckFileSystem("environment's file system", environment.FileSystem, problems);
        CheckPath("kernel", environment.Boot.Kernel, problems);
        CheckPath("initrd", environment.Boot.Initrd, problems);
        CheckImage(environment, problems);
        var scripts = environment.Preinstall is null ? environment.Postinstalls : [environment.Preinstall, .. environment.Postinstalls];
        foreach (var script in scripts)
        {
            RequestCheck.CheckAddress("archive", script.Archive, problems);
            if (script.Script is { } text && RequestCheck.ProblemOfScript(text) is { } problem) problems.Add($"the script in an archive {problem}");
            if (script.Archive.IsAbsoluteUri && FilesForNodes.FileName(script.Archive).Any(char.IsControl)) problems.Add("the name of an archive holds a control character; give it another one");
        }
    }

    private static void CheckImage(KaEnvironment environment, Problems problems)
    {
        var image = environment.Image;
        RequestCheck.CheckAddress("image", image.Location, problems);
        if (image.Sha256 is { } digest && !(digest.Length == 64 && digest.All(char.IsAsciiHexDigitLower)))
            problems.Add($"the image's SHA-256 '{Quoted.Text(digest)}' is none; it has 64 lower-case hexadecimal digits");
        if (image.Kind != ImageKind.Tar) return;
        var name = Quoted.Text(environment.Name);
        if (environment.FileSystem is null)
            problems.Add($"environment '{name}' names no file system; an image of kind tar needs one");
        if (environment.Boot.Kernel is null && environment.OperatingSystem is OperatingSystemKind.Linux or OperatingSystemKind.Xen)
            problems.Add($"environment '{name}' names no kernel; a Linux in an image of kind tar needs one");
    }

    private static void CheckPath(string what, string? path, Problems problems)
    {
        RequestCheck.CheckText($"path of the {what}", path, problems);
        if (path is not null && !path.StartsWith('/'))
            problems.Add(
                $"the path of the {what} '{Quoted.Text(path)}' does not begin with '/'; write it as it is inside the image");
    }
}
