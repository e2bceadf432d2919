using System.Collections.Immutable;
using System.CommandLine;

namespace Kadeploy.Cli.Commands.Nodes;

/// <summary>The options that say something of nodes.</summary>
internal sealed class NodeSettingOptions
{
    private readonly Option<string?> _cluster = Text("--cluster", "NAME", "The cluster that the nodes belong to.");
    private readonly Option<string?> _address = Text("--address", "RANGE", "The address, or a range with one for each node, such as 10.0.0.[1-40].");
    private readonly Option<string[]?> _macs = Texts("--mac", "MAC", "A hardware address: of a single node each of its cards, of several nodes one each in their order. May be given several times.");
    private readonly Option<string?> _bmc = Text("--bmc-address", "RANGE", "The management controller's address or name, or a range with one for each node.");
    private readonly Option<string?> _bmcUser = Text("--bmc-user", "USER", "The user at the controller, where it is not the cluster's.");
    private readonly Option<string?> _bmcFile = Text("--bmc-password-file", "FILE", "The file with the controller's password, where it is not the cluster's. The password itself is kept nowhere.");
    private readonly Option<string?> _bmcVariable = Text("--bmc-password-env", "NAME", "The variable with the controller's password, where it is not the cluster's.");
    private readonly Option<int?> _bmcPort = Number("--bmc-port", 1, 65535, "The controller's port, where it is not the cluster's.");
    private readonly Option<int?> _bmcSuite = Number("--bmc-cipher-suite", 0, 17, "The IPMI cipher suite, where it is not the cluster's.");

    private readonly Option<ControllerPrivilege?> _bmcPrivilege = new("--bmc-privilege")
    {
        HelpName = "LEVEL", CustomParser = static result => OptionParsing.Name<ControllerPrivilege>(result),
        Description = "What a session with the controller may do, where it is not the cluster's: user, operator or administrator.",
    };

    private readonly Option<string?> _serial = Text("--disk-serial", "TEXT", "The serial number of the disk that is deployed on.");
    private readonly Option<string?> _wwn = Text("--disk-wwn", "TEXT", "The World Wide Name of that disk.");
    private readonly Option<string?> _model = Text("--disk-model", "TEXT", "The model of that disk, in which * stands for any text.");
    private readonly Option<string[]?> _sizes = Texts("--disk-size", "LIMIT", "A limit of that disk's size, such as '>= 100 GB' or '<= 2 TiB'. May be given twice.");
    private readonly Option<bool?> _smallest = new("--disk-smallest") { HelpName = "true|false", Description = "Whether the smallest of several fitting disks is taken." };

    private readonly Option<string?> _console = Text(
        "--console", "HOW", "How the console is followed: 'sol', 'file:PATH', or a command, in both of which HOSTNAME_FQDN and HOSTNAME_SHORT stand for the node.");

    private readonly Option<string[]?> _groups = Texts("--group", "NAME", "A group of the nodes, instead of those that they had. May be given several times.");
    private readonly Option<string[]?> _tags = Texts("--tag", "TAG", "A tag of the nodes, such as rack=r7, instead of those that they had. May be given several times.");
    private readonly Option<string?> _description = Text("--description", "TEXT", "One line for people.");

    /// <summary>The synopsis of these.</summary>
    public const string Synopsis =
        "[--address RANGE] [--mac MAC] [--bmc-address RANGE] [--bmc-user USER] [--bmc-password-file FILE] [--bmc-password-env NAME] [--bmc-port N] [--bmc-cipher-suite N] "
        + "[--bmc-privilege LEVEL] [--disk-serial TEXT] [--disk-wwn TEXT] [--disk-model TEXT] [--disk-size LIMIT] [--disk-smallest true|false] [--console HOW] "
        + "[--group NAME] [--tag TAG] [--description TEXT]";

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
                 {
                     _cluster, _address, _macs, _bmc, _bmcUser, _bmcFile, _bmcVariable, _bmcPort, _bmcSuite, _bmcPrivilege, _serial, _wwn, _model, _sizes, _smallest,
                     _console, _groups, _tags, _description,
                 }) command.Options.Add(option);
    }

    /// <summary>Gives what is said.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The settings.</returns>
    public NodeSettings Read(ParseResult arguments) => new()
    {
        Cluster = arguments.GetValue(_cluster),
        Address = arguments.GetValue(_address),
        MacAddresses = Given(arguments, _macs),
        ControllerAddress = arguments.GetValue(_bmc),
        ControllerUser = arguments.GetValue(_bmcUser),
        ControllerPasswordFile = arguments.GetValue(_bmcFile),
        ControllerPasswordVariable = arguments.GetValue(_bmcVariable),
        ControllerPort = arguments.GetValue(_bmcPort),
        ControllerCipherSuite = arguments.GetValue(_bmcSuite),
        ControllerPrivilege = arguments.GetValue(_bmcPrivilege),
        DiskSerial = arguments.GetValue(_serial),
        DiskWwn = arguments.GetValue(_wwn),
        DiskModel = arguments.GetValue(_model),
        DiskSizes = Given(arguments, _sizes),
        SmallestDisk = arguments.GetValue(_smallest),
        Console = arguments.GetValue(_console),
        Groups = Given(arguments, _groups),
        Tags = Given(arguments, _tags),
        Description = arguments.GetValue(_description),
    };

    private static ImmutableArray<string>? Given(ParseResult arguments, Option<string[]?> option) =>
        arguments.GetResult(option) is null ? null : [.. arguments.GetValue(option) ?? []];

    private static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static Option<string[]?> Texts(string name, string value, string description) => new(name)
    {
        HelpName = value, AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore, Description = description,
    };

    private static Option<int?> Number(string name, int minimum, int maximum, string description) => new(name)
    {
        HelpName = "N", CustomParser = result => OptionParsing.Integer(result, minimum, maximum), Description = description,
    };
}
