namespace Kadeploy.Engine.Drivers.Processes;

/// <summary>Finds programs as the system does.</summary>
internal static class ProgramPath
{
    /// <summary>Looks a program up.</summary>
    /// <param name="program">A path, or a name that is looked up in PATH (on Windows with <c>.exe</c> added).</param>
    /// <returns>The file's path, or null.</returns>
    public static string? Find(string program)
    {
        if (Path.GetFileName(program) != program) return File.Exists(program) ? Path.GetFullPath(program) : null;
        var names = OperatingSystem.IsWindows() && !Path.HasExtension(program) ? new[] { program + ".exe" } : [program];
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var name in names)
            {
                var file = Path.Combine(folder, name);
                if (File.Exists(file)) return file;
            }
        }

        return null;
    }
}
