using System.CommandLine;
using System.Runtime.Versioning;
using Kadeploy.Cli.Demo;
using Kadeploy.Lab;

namespace Kadeploy.Cli.Commands.Labs;

/// <summary>The options that say what a lab consists of.</summary>
internal sealed class LabMakingOptions
{
    /// <summary>The part of a synopsis that tells of them.</summary>
    public const string Synopsis =
        "[-n N] [-k vm|namespace] [--firmware bios|uefi] [--loader ipxe|pxelinux] [--accelerator auto|kvm|tcg] [--memory MIB] [--disk GIB] "
        + "[--kernel FILE] [--initrd FILE] [--append TEXT] [--lab NAME] [--state DIR]";

    private readonly Option<int> _nodes = new("-n", "--nodes")
    {
        HelpName = "N",
        Description = $"The number of nodes, 1 to {LabOptions.MostNodes}. Default: 2.",
        DefaultValueFactory = static _ => 2,
        CustomParser = static result => OptionParsing.Integer(result, 1, LabOptions.MostNodes),
    };

    private readonly Option<NodeKind> _kind = Choice<NodeKind>("-k", "What nodes are: machines (vm), or namespaces for many at once. Default: vm.", "--kind");

    private readonly Option<Firmware> _firmware = Choice<Firmware>("--firmware", "The firmware of machines. Default: bios.");

    private readonly Option<NetworkLoader> _loader =
        Choice<NetworkLoader>("--loader", "The network boot loader, which decides the syntax of boot profiles. Default: ipxe.");

    private readonly Option<Accelerator> _accelerator =
        Choice<Accelerator>("--accelerator", "What runs machines: KVM, emulation (tcg), or what a measurement finds to be faster. Default: auto.");

    private readonly Option<int> _memory = new("--memory")
    {
        HelpName = "MIB",
        Description = "The memory of each machine, in MiB. Default: 384.",
        DefaultValueFactory = static _ => 384,
        CustomParser = static result => OptionParsing.Integer(result, 64, 65_536),
    };

    private readonly Option<int> _disk = new("--disk")
    {
        HelpName = "GIB",
        Description = "The size of each machine's disk, in GiB; only what is written takes space. Default: 4.",
        DefaultValueFactory = static _ => 4,
        CustomParser = static result => OptionParsing.Integer(result, 1, 16_384),
    };

    private readonly Option<string?> _kernel = new("--kernel")
    {
        HelpName = "FILE",
        Description = "A kernel that nodes boot from the network. Default: machines have an empty disk only, namespace nodes a small system with ssh.",
    };

    private readonly Option<string[]> _initrds = new("--initrd")
    {
        HelpName = "FILE",
        Description = "An initial memory image for the kernel. May be given several times; namespace nodes have a built-in one in the first one's place.",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _append = new("--append")
    {
        HelpName = "TEXT",
        Description = "What is added to the kernel's command line.",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        Option[] all = [_nodes, _kind, _firmware, _loader, _accelerator, _memory, _disk, _kernel, _initrds, _append];
        foreach (var option in all) command.Options.Add(option);
    }

    /// <summary>Reads them.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>What the lab consists of.</returns>
    [SupportedOSPlatform("linux")]
    public LabOptions Read(ParseResult arguments) => new()
    {
        Nodes = arguments.GetValue(_nodes),
        Kind = arguments.GetValue(_kind),
        Firmware = arguments.GetValue(_firmware),
        Loader = arguments.GetValue(_loader),
        Accelerator = arguments.GetValue(_accelerator),
        MemoryMiB = arguments.GetValue(_memory),
        DiskGiB = arguments.GetValue(_disk),
        Kernel = arguments.GetValue(_kernel),
        Initrds = [.. arguments.GetValue(_initrds) ?? []],
        Append = arguments.GetValue(_append) ?? "",
        AgentFile = AgentProgram.Find(),
    };

    /// <summary>Makes an option whose value is one of an enumeration's names.</summary>
    /// <typeparam name="T">The enumeration; its first value is the default.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="description">Its meaning.</param>
    /// <param name="aliases">Its other names.</param>
    /// <returns>The option.</returns>
    public static Option<T> Choice<T>(string name, string description, params string[] aliases)
        where T : struct, Enum => new(name, aliases)
        {
            HelpName = string.Join('|', Enum.GetNames<T>().Select(static each => each.ToLowerInvariant())),
            Description = description,
            CustomParser = static result => OptionParsing.Name<T>(result),
        };
}
