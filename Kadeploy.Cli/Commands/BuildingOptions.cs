using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Miniroot.Tools;

namespace Kadeploy.Cli.Commands;

/// <summary>The options that all commands have which build from packages.</summary>
internal sealed class BuildingOptions
{
    public Option<string> Output { get; } = new("-o", "--output")
    {
        HelpName = "DIR",
        Description = "The directory that receives the files; it is made when it is missing. Default: out.",
        DefaultValueFactory = static _ => "out",
    };

    public Option<string?> Cache { get; } = new("--cache")
    {
        HelpName = "DIR",
        Description = "The directory that keeps packages and unpacked trees. Default: $XDG_CACHE_HOME/kadeploy/miniroot, or below ~/.cache.",
    };

    public Option<bool> Refresh { get; } = new("--refresh")
    {
        Description = "Look for newer versions of the packages. Default: those of the last build stand, so that it can be repeated.",
    };

    public Option<bool> Install { get; } = new("--install")
    {
        Description = "Install the programs that building needs, with apt-get and as root, and say which. Default: only say what is missing.",
    };

    /// <summary>Gets the options for a command line's synopsis.</summary>
    public static string Synopsis => "[-o DIR] [--cache DIR] [--refresh] [--install] [--json]";

    /// <summary>Gets what the manuals say where this cannot be done.</summary>
    public static ConfigurationException OnlyOnLinux =>
        new("this needs Linux, and Debian packages: run it on a Debian machine and copy the files that it writes");

    public void AddTo(Command command)
    {
        command.Options.Add(Output);
        command.Options.Add(Cache);
        command.Options.Add(Refresh);
        command.Options.Add(Install);
    }

    /// <summary>Reads them.</summary>
    [SupportedOSPlatform("linux")]
    public MinirootOptions Read(ParseResult arguments) => new()
    {
        OutputDirectory = arguments.GetValue(Output)!,
        CacheDirectory = arguments.GetValue(Cache) ?? MinirootOptions.DefaultCache,
        Refresh = arguments.GetValue(Refresh),
    };

    /// <summary>Installs what is missing when that was asked for.</summary>
    [SupportedOSPlatform("linux")]
    public async Task PrepareAsync(ParseResult arguments, Action<string> say, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Install)) await Requirements.InstallAsync(say, cancellationToken);
    }
}
