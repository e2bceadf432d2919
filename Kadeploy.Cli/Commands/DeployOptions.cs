using System.CommandLine;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Engine.Environments;

namespace Kadeploy.Cli.Commands;

/// <summary>The options of <c>kadeploy deploy</c> that say what is to be done; the names are those of kadeploy3.</summary>
internal sealed class DeployOptions
{
    private readonly NodeOptions _nodes = new();

    private readonly EnvironmentOptions _environment = new();

    private readonly Option<string?> _key = new("-k", "--key")
    {
        HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne,
        Description = "The public keys that may log in as root afterwards: a file or an address. Without a value: ~/.ssh/authorized_keys. Default: none.",
    };

    private readonly Option<int?> _partition = new("-p", "--partition-number")
    {
        HelpName = "N", CustomParser = static result => OptionParsing.Integer(result, 1, 128),
        Description = "The number of the partition that receives the environment. Default: the cluster's, or the whole disk with --block-device.",
    };

    private readonly Option<string?> _disk = new("-b", "--block-device") { HelpName = "DEV", Description = "The disk, such as /dev/sdb. Default: the cluster's." };

    private readonly Option<string?> _reformat = new("-r", "--reformat-tmp")
    {
        HelpName = "FS", Description = "Make the partition for temporary files anew with this file system. Default: it is left alone.",
    };

    private readonly Option<string?> _vlan = new("--vlan") { HelpName = "ID", Description = "The network into which nodes are put before they boot the environment. Default: where they are." };

    private readonly Option<TimeoutExpression?> _reboot = new("--reboot-classical-timeout")
    {
        HelpName = "EXPR", CustomParser = static result => OptionParsing.Timeout(result),
        Description = "The limit of a reboot through the firmware, in seconds, perhaps as an expression of n, the number of nodes. Default: the cluster's.",
    };

    private readonly Option<TimeoutExpression?> _kexec = new("--reboot-kexec-timeout")
    {
        HelpName = "EXPR", CustomParser = static result => OptionParsing.Timeout(result), Description = "The limit of a reboot by kexec. Default: the cluster's.",
    };

    private readonly Option<bool> _noKexec = new("--disable-kexec", "--no-kexec") { Description = "Never use kexec: all reboots go through the firmware." };

    private readonly Option<bool> _noBootloader = new("--disable-bootloader-install") { Description = "Install no boot loader on the disk." };

    private readonly Option<bool> _noPartitioning = new("--disable-disk-partitioning") { Description = "Leave the partition table as it is." };

    private readonly Option<string?> _forceSteps = new("--force-steps")
    {
        HelpName = "STEPS",
        Description = "The instances of the macro-steps, as 'MACRO|INSTANCE:RETRIES:TIMEOUT,...&MACRO|...'; see 'kadeploy simulate --help'. Default: the cluster's workflow.",
    };

    private readonly Option<string?> _breakpoint = new("--breakpoint")
    {
        HelpName = "MACRO[:MICRO]", Description = "Where nodes stop: in front of a macro-step or of one of its micro-steps. Default: nowhere.",
    };

    private readonly Option<string?> _customSteps = new("--custom-steps")
    {
        HelpName = "FILE", Description = "A file of operations that are added before, after or instead of micro-steps (docs/environments.md). Default: none.",
    };

    /// <summary>Gets the synopsis of these options.</summary>
    public static string Synopsis =>
        $"{NodeOptions.Synopsis} {EnvironmentOptions.Synopsis} [-k [FILE]] [-p N] [-b DEV] [-r FS] [--vlan ID] [--reboot-classical-timeout EXPR] [--reboot-kexec-timeout EXPR] "
        + "[--disable-kexec] [--disable-bootloader-install] [--disable-disk-partitioning] [--force-steps STEPS] [--breakpoint MACRO[:MICRO]] [--custom-steps FILE]";

    /// <summary>Adds the options to the command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        _nodes.AddTo(command);
        _environment.AddTo(command);
        foreach (var option in new Option[]
                 {
                     _key, _partition, _disk, _reformat, _vlan, _reboot, _kexec, _noKexec, _noBootloader, _noPartitioning,
                     _forceSteps, _breakpoint, _customSteps,
                 }) command.Options.Add(option);
    }

    /// <summary>Says whether an option names standard input.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>Whether one does.</returns>
    public bool ReadsInput(ParseResult arguments) => _environment.ReadsInput(arguments) || arguments.GetValue(_key) == "-"
        || arguments.GetValue(_customSteps) == "-" || _nodes.ReadsInput(arguments);

    /// <summary>Makes the request, reading all that options name.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="find">Finds a recorded environment.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; all problems are listed.</exception>
    public async Task<DeploymentRequest> RequestAsync(
        ParseResult arguments, TextReader input, Func<EnvironmentSelection, Task<KaEnvironment>> find, CancellationToken cancellationToken)
    {
        var texts = new InputText(input);
        var problems = new List<string>();
        var nodes = await _nodes.ReadAsync(arguments, texts, problems, cancellationToken);
        var environment = await Try(() => _environment.ReadAsync(arguments, texts, find, cancellationToken));
        var steps = arguments.GetValue(_customSteps) is { } file
            ? await Try(async () => CustomStepsReader.Read(await texts.ReadAsync("file of custom steps", file, cancellationToken), file))
            : [];
        var keys = arguments.GetResult(_key) is null ? null : await Try(() => texts.ReadAsync("list of public keys", arguments.GetValue(_key) ?? DefaultKeys, cancellationToken));
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        return new()
        {
            Nodes = nodes,
            Environment = environment!,
            User = CommandContext.User,
            BlockDevice = arguments.GetValue(_disk),
            Partition = arguments.GetValue(_partition),
            ReformatTemporary = arguments.GetValue(_reformat),
            AuthorizedKeys = keys,
            Vlan = arguments.GetValue(_vlan),
            DisableKexec = arguments.GetValue(_noKexec),
            DisableBootloaderInstall = arguments.GetValue(_noBootloader),
            DisableDiskPartitioning = arguments.GetValue(_noPartitioning),
            RebootTimeout = arguments.GetValue(_reboot),
            KexecTimeout = arguments.GetValue(_kexec),
            ForceSteps = arguments.GetValue(_forceSteps),
            Breakpoint = arguments.GetValue(_breakpoint),
            CustomOperations = steps,
        };

        async Task<T?> Try<T>(Func<Task<T>> read)
        {
            try
            {
                return await read();
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
                return default;
            }
        }
    }

    /// <summary>Gets the file of public keys that is meant where none is named.</summary>
    internal static string DefaultKeys => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh", "authorized_keys");
}
