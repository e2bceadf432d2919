using System.Collections.Immutable;
using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>The parameters that say what is to be deployed where.</summary>
public abstract class DeploymentRequestCmdlet : KaAsyncCmdlet
{
    private protected const string ByEnvironment = "Environment";
    private protected const string ByPath = "Path";

    private readonly List<NodeSet> _nodes = [];
    private string? _customSteps;
    private (ImmutableArray<string> Tables, string Folder) _given = ([], "");
    private ImmutableArray<string> _keys = [];

    /// <summary>The nodes: names, ranges such as lab-[1-40], or objects that have a property Node, Name, ComputerName, DNSHostName, HostName, PSComputerName, VMName or
    /// MachineName. All that the pipeline brings are deployed together.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ComputerName", "DNSHostName", "HostName", "PSComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet Node { get; set; } = NodeSet.Empty;

    /// <summary>The environment: the name or alias of one in the catalogue, yours before others'; the place of a description, that is a file *.yaml, *.yml or *.json or an
    /// address of http or https; or a KaEnvironment. Simulated nodes take any name.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByEnvironment)]
    [EnvironmentTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public object? Environment { get; set; }

    /// <summary>The version of the environment that -Environment names. The default is the highest.</summary>
    [Parameter(ParameterSetName = ByEnvironment)]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(EnvironmentVersionCompleter))]
    public int? Version { get; set; }

    /// <summary>The owner of the environment that -Environment names. The default is you, else anybody whose environment is public.</summary>
    [Parameter(ParameterSetName = ByEnvironment)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentOwnerCompleter))]
    public string? User { get; set; }

    /// <summary>The file of the environment's description, or its address of http or https, whatever its name looks like.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The public keys that may log in as root afterwards: lines of authorized_keys, files with such lines, or their addresses. The default is none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Key { get; set; }

    /// <summary>The number of the partition that receives the environment, from 1 to 128. The default is the cluster's, or the whole disk with -Disk.</summary>
    [Parameter]
    [ValidateRange(1, 128)]
    public int? Partition { get; set; }

    /// <summary>The disk, such as /dev/sdb. The default is the cluster's.</summary>
    [Parameter]
    [Alias("BlockDevice")]
    [ValidateNotNullOrEmpty]
    public string? Disk { get; set; }

    /// <summary>The file system with which the partition for temporary files is made anew. The default leaves that partition alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReformatTemporary { get; set; }

    /// <summary>The network into which nodes are put before they boot the environment. The default leaves them where they are.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Vlan { get; set; }

    /// <summary>How many chains of nodes, or trees, begin at the server, from 1 to 64, such as one for each switch. The default is the cluster's.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int? Chains { get; set; }

    /// <summary>The limit of a reboot through the firmware: seconds, a time span, or an expression of n, the number of nodes, such as 'n*10+600'. The default is the
    /// cluster's.</summary>
    [Parameter]
    [Alias("Timeout")]
    [TimeoutTransformation]
    public TimeoutExpression? RebootTimeout { get; set; }

    /// <summary>The limit of a reboot by kexec, written as for -RebootTimeout. The default is the cluster's.</summary>
    [Parameter]
    [TimeoutTransformation]
    public TimeoutExpression? KexecTimeout { get; set; }

    /// <summary>Never use kexec: all reboots go through the firmware.</summary>
    [Parameter]
    public SwitchParameter NoKexec { get; set; }

    /// <summary>Install no boot loader on the disk.</summary>
    [Parameter]
    public SwitchParameter NoBootloader { get; set; }

    /// <summary>Leave the partition table as it is.</summary>
    [Parameter]
    public SwitchParameter NoPartitioning { get; set; }

    /// <summary>The instances of the macro-steps in the place of the cluster's, as 'MACRO|INSTANCE:RETRIES:TIMEOUT,...&amp;MACRO|...'. Several values are joined.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ForceStepCompleter))]
    public string[]? ForceStep { get; set; }

    /// <summary>Where nodes stop: in front of a macro-step, or of one of its micro-steps, as MACRO or MACRO:MICRO. The default is nowhere.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BreakpointCompleter))]
    public string? Breakpoint { get; set; }

    /// <summary>A file of operations, or its address, that are added before, after or instead of micro-steps. The default is none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CustomStep { get; set; }

    /// <summary>A script that gives what a file of -CustomStep would have, as tables: @{ SetDeploymentEnv = @{ mount_deploy_part = @{ 'pre-ops' = @(@{ name = 'look'; action =
    /// 'exec'; command = 'lsblk' }) } } }. It runs in this PowerShell, once, before anything else is done; $_ has the names of the nodes. Files that it names are relative to
    /// where PowerShell stands. The default is none.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>Gets a value indicating whether nodes were named.</summary>
    private protected bool HasNodes => _nodes.Any(static set => set.Count > 0);

    private ImmutableArray<NodeName> Nodes => NodeSet.From(_nodes.SelectMany(static set => set.Names)).Names;

    private protected sealed override void Collect() => _nodes.Add(Node);

    private protected sealed override void Prepare()
    {
        if (ParameterSetName == ByPath) Path = FullPath(Path);
        if (Environment is string text && EnvironmentTransformationAttribute.IsPlace(text)) (Environment, Path) = (null, FullPath(text));
        if (CustomStep is not null && ScriptBlock is not null) throw new ConfigurationException(Strings.StepsTwice);
        _customSteps = CustomStep is null ? null : FullPath(CustomStep);
        if (ScriptBlock is not null) _given = (ScriptedSteps.Run(ScriptBlock, Nodes, InvokeCommand), FullPath("."));
        _keys = [.. (Key ?? []).Select(each => IsKey(each) ? each : FullPath(each))];
    }

    /// <summary>Makes the request, reading all that parameters name.</summary>
    private protected async Task<DeploymentRequest> RequestAsync(ISession session, CancellationToken cancellationToken)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var environment = await Try(() => EnvironmentAsync(session, cancellationToken)).ConfigureAwait(false);
        var steps = _customSteps is null ? [] : await Try(() => session.ReadCustomOperationsAsync(_customSteps, cancellationToken)).ConfigureAwait(false);
        foreach (var table in _given.Tables)
            steps = steps.AddRange(await Try(() => Task.FromResult(session.ReadCustomOperations(table, $"-{nameof(ScriptBlock)}", _given.Folder))).ConfigureAwait(false) is { IsDefault: false } more ? more : []);
        var keys = new List<string>();
        foreach (var key in _keys)
            if (await Try(() => IsKey(key) ? Task.FromResult(key) : session.ReadKeysAsync(key, cancellationToken)).ConfigureAwait(false) is { } lines) keys.Add(lines.TrimEnd());
        if (problems.Count > 0) throw new ConfigurationException(problems.ToImmutable());
        return new()
        {
            Nodes = Nodes,
            Environment = environment!,
            User = session.User,
            BlockDevice = Disk,
            Partition = Partition,
            ReformatTemporary = ReformatTemporary,
            AuthorizedKeys = keys.Count == 0 ? null : string.Join('\n', keys) + "\n",
            Vlan = Vlan,
            Chains = Chains,
            DisableKexec = NoKexec,
            DisableBootloaderInstall = NoBootloader,
            DisableDiskPartitioning = NoPartitioning,
            RebootTimeout = RebootTimeout,
            KexecTimeout = KexecTimeout,
            ForceSteps = ForceStep is null ? null : string.Join('&', ForceStep),
            Breakpoint = Breakpoint,
            CustomOperations = steps,
        };

        async Task<T?> Try<T>(Func<Task<T>> read)
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
                return default;
            }
        }
    }

    private Task<KaEnvironment> EnvironmentAsync(ISession session, CancellationToken cancellationToken) => Environment switch
    {
        not string when Version is not null || User is not null => throw new ConfigurationException(Strings.VersionNeedsName),
        KaEnvironment environment => Task.FromResult(environment),
        string name => session.FindEnvironmentAsync(new() { Name = name, Version = Version, Owner = User }, cancellationToken),
        _ => session.ReadEnvironmentAsync(Path, cancellationToken),
    };

    private static bool IsKey(string text) =>
        text.StartsWith("ssh-", StringComparison.Ordinal) || text.StartsWith("ecdsa-", StringComparison.Ordinal) || text.StartsWith("sk-", StringComparison.Ordinal);
}
