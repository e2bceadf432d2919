namespace Kadeploy.Agent;

/// <summary>How the agent was started.</summary>
internal sealed record AgentOptions
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage = """
        usage: kadeploy-agent [--cmdline FILE | --stdio] [options]
               kadeploy-agent receive -- WRITER [ARGUMENT...] | --to FILE
               kadeploy-agent write DEVICE
          --cmdline FILE   read kadeploy.server=HOST:PORT kadeploy.fingerprint=SHA256 kadeploy.token=TOKEN there (default /proc/cmdline)
          --stdio          talk on standard input and output instead, as started by ssh
          --state DIR      keep results there while the node is up (default /run/kadeploy-agent)
          --programs DIR   take programs from the engine there, first in every PATH (default /run/kadeploy/bin)
          --boot-id ID     what tells this boot from others (default: the kernel's)
          --system KIND    deployment or installed (default deployment; with --stdio, installed)
          --marker FILE    what a deployment left to say which it was (default /etc/kadeploy-deployment)
          --inventory      print the hardware that is found, and end
          --version
        receive reads url=, length= and sha256= lines, and those of a broadcast, from standard input and hands the image to WRITER's standard input, or
        writes FILE. It ends with 0 when all is written and right, 10 no server or image, 11 truncated, 12 WRITER failed, 13 another digest.
        write writes its standard input onto a disk or a partition.
        """;

    public string CommandLineFile { get; init; } = "/proc/cmdline";

    public bool OnStandardStreams { get; init; }

    public bool PrintsInventory { get; init; }

    public bool PrintsVersion { get; init; }

    public bool PrintsUsage { get; init; }

    public string StateDirectory { get; init; } = "/run/kadeploy-agent";

    public string ProgramDirectory { get; init; } = "/run/kadeploy/bin";

    /// <summary>Gets what tells this boot from others; null for the kernel's.</summary>
    public string? BootId { get; init; }

    public string MarkerFile { get; init; } = "/etc/kadeploy-deployment";

    public bool? IsDeploymentEnvironment { get; init; }

    /// <summary>Reads arguments.</summary>
    /// <exception cref="FormatException">They make no sense; the message says which.</exception>
    public static AgentOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new AgentOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value");
            options = arguments[i] switch
            {
                "--cmdline" => options with { CommandLineFile = Value() },
                "--stdio" => options with { OnStandardStreams = true },
                "--state" => options with { StateDirectory = Path.GetFullPath(Value()) },
                "--programs" => options with { ProgramDirectory = Path.GetFullPath(Value()) },
                "--boot-id" => options with { BootId = Value() },
                "--marker" => options with { MarkerFile = Value() },
                "--system" => options with { IsDeploymentEnvironment = Kind(Value()) },
                "--inventory" => options with { PrintsInventory = true },
                "--version" => options with { PrintsVersion = true },
                "--help" => options with { PrintsUsage = true },
                _ => throw new FormatException($"'{arguments[i]}' is no option of kadeploy-agent; --help lists them"),
            };
        }

        return options;
    }

    private static bool Kind(string value) => value switch
    {
        "deployment" => true,
        "installed" => false,
        _ => throw new FormatException($"'{value}' is no kind of system: deployment or installed"),
    };
}
