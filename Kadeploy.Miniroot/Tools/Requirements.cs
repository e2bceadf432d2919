using System.Runtime.InteropServices;

namespace Kadeploy.Miniroot.Tools;

/// <summary>The programs that building needs, with the packages that bring them.</summary>
public static class Requirements
{
    private static readonly (string Program, string Package)[] Needed = [("dpkg-deb", "dpkg"), ("zstd", "zstd")];

    /// <summary>Names the packages that are missing.</summary>
    /// <returns>The names; empty when nothing is missing.</returns>
    /// <exception cref="ConfigurationException">This machine cannot build at all, and no package would change that.</exception>
    public static IReadOnlyList<string> MissingPackages()
    {
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new ConfigurationException($"the deployment environment is built for amd64 on amd64 machines; this one is {RuntimeInformation.OSArchitecture}");
        if (Tool.Find("apt-get") is null)
            throw new ConfigurationException("the deployment environment is made of Debian packages that apt-get fetches, and apt-get is not here: build it on a Debian machine");
        return [.. Needed.Where(static each => Tool.Find(each.Program) is null).Select(static each => each.Package)];
    }

    /// <summary>Refuses when something is missing.</summary>
    /// <exception cref="ConfigurationException">Something is; the message says how to get it.</exception>
    public static void Check()
    {
        if (MissingPackages() is [_, ..] missing)
        {
            var list = string.Join(' ', missing);
            throw new ConfigurationException($"these packages are needed and not installed: {list}; run 'apt-get install {list}' as root, or give --install");
        }
    }

    /// <summary>Installs what is missing, by the machine's own apt-get.</summary>
    /// <param name="say">Is told what is installed before it is.</param>
    /// <param name="cancellationToken">Ends apt-get.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConfigurationException">The user is not root.</exception>
    public static async Task InstallAsync(Action<string> say, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(say);
        if (MissingPackages() is not [_, ..] missing) return;
        if (!Environment.IsPrivilegedProcess)
            throw new ConfigurationException($"installing {string.Join(' ', missing)} needs root; run the command as root, or install them yourself");
        say($"installing {string.Join(' ', missing)}");
        string[] install = ["install", "-y", "--no-install-recommends", .. missing];
        try
        {
            await Tool.RunAsync("apt-get", install, cancellationToken).ConfigureAwait(false);
        }
        catch (MinirootBuildException)
        {
            // Most often the machine's lists of packages are old or absent.
            await Tool.RunAsync("apt-get", ["update"], cancellationToken).ConfigureAwait(false);
            await Tool.RunAsync("apt-get", install, cancellationToken).ConfigureAwait(false);
        }
    }
}
