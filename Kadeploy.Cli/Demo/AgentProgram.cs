using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Kadeploy.Cli.Demo;

/// <summary>The agent's native executable for nodes.</summary>
/// <remarks>An installed kadeploy has it beside itself. One that runs from its sources has the SDK that it was built with, and builds it once for each
/// state of the sources.</remarks>
[SupportedOSPlatform("linux")]
internal static class AgentProgram
{
    private const string Name = "kadeploy-agent";

    /// <summary>Gets the place of the executable in an installed kadeploy.</summary>
    public static string Installed => Path.Combine(AppContext.BaseDirectory, "agent", "linux-x64", Name);

    /// <summary>Finds it without building.</summary>
    /// <returns>Its path, or null when it must be built.</returns>
    public static string? Find()
    {
        if (File.Exists(Installed)) return Installed;
        return Sources() is { } sources && File.Exists(Built(sources)) ? Built(sources) : null;
    }

    /// <summary>Builds it from the sources that this program was built from, unless that was done before.</summary>
    /// <param name="cancellationToken">Ends the build; nothing half-made is left in the executable's place.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="ConfigurationException">There are neither the executable nor sources.</exception>
    /// <exception cref="OperationFailedException">The build failed; its last lines are the evidence.</exception>
    public static async Task<string> BuildAsync(CancellationToken cancellationToken)
    {
        if (Find() is { } found) return found;
        var sources = Sources() ?? throw new ConfigurationException(
            $"the agent for nodes is not in its place, {Installed}; build it with 'dotnet publish Kadeploy.Agent -c Release -r linux-x64 -p:Aot=true -o {Path.GetDirectoryName(Installed)}'");
        var target = Built(sources);
        var folder = $"{Path.GetDirectoryName(target)}.{Environment.ProcessId}";
        Directory.CreateDirectory(folder);
        try
        {
            await PublishAsync(sources, folder, cancellationToken);
            if (!File.Exists(target)) // another process may have been quicker
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(Path.Combine(folder, Name), target, overwrite: true);
            }

            return target;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PublishAsync(string sources, string folder, CancellationToken cancellationToken)
    {
        var dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? Environment.ProcessPath!
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";
        // No build server may outlive the command.
        string[] arguments =
        [
            "publish", Path.Combine(sources, "Kadeploy.Agent"), "-c", "Release", "-r", "linux-x64", "-p:Aot=true", "-o", folder, "-nologo", "-v", "quiet",
            "--disable-build-servers",
        ];
        var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name); // those of the 'dotnet run' around us
        using var process = Start(start);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode == 0) return;
            throw new OperationFailedException(
                FaultCodes.DriverMissing, $"the agent for nodes could not be built: '{dotnet} publish' ended with status {process.ExitCode}")
            {
                Evidence = [.. (await output + await error).Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(10)],
            };
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new ConfigurationException($"the agent for nodes must be built, and '{start.FileName}' cannot be started: {missing.Message}; put the .NET SDK's dotnet on PATH");
        }
    }

    private static string? Sources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Kadeploy.Agent", "Kadeploy.Agent.csproj"))) return folder.FullName;
        return null;
    }

    private static string Built(string sources) => Path.Combine(DemoFiles.Cache, "agent", Digest(sources), Name);

    /// <summary>Tells states of the sources apart.</summary>
    private static string Digest(string sources)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files().Order(StringComparer.Ordinal))
        {
            digest.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(sources, file)));
            digest.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset())[..16];

        IEnumerable<string> Files() => [Path.Combine(sources, "Directory.Build.props"), .. FilesOf("Kadeploy.Agent"), .. FilesOf("Kadeploy.Protocol")];

        IEnumerable<string> FilesOf(string project) => Directory.EnumerateFiles(Path.Combine(sources, project), "*", SearchOption.AllDirectories)
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
    }
}
