namespace Kadeploy.Agent.Linux;

/// <summary>Finds which system this is.</summary>
internal static class BootFacts
{
    public static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Finds the device of the root file system in the list of mounts.</summary>
    /// <param name="mountInfo">The content of <c>/proc/self/mountinfo</c> (proc(5)).</param>
    /// <returns>A path under /dev, or nothing when the root is no device's.</returns>
    public static string RootDevice(string mountInfo)
    {
        var device = "";
        foreach (var line in mountInfo.Split('\n'))
        {
            var words = line.Split(' ');
            var dash = Array.IndexOf(words, "-");
            // The last mount on / hides those before it.
            if (words.Length > 4 && words[4] == "/" && dash > 0 && words.Length > dash + 2)
                device = words[dash + 2].StartsWith("/dev/", StringComparison.Ordinal) ? words[dash + 2] : "";
        }

        return device;
    }

    /// <summary>Reads a short text file; nothing when it is not there.</summary>
    public static string TextOf(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[200];
            return new string(buffer, 0, reader.ReadBlock(buffer)).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
