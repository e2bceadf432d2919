using System.Collections.Immutable;
using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Environments;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Reboots nodes: into what their boot profiles say, the deployment environment, an environment on a partition, or a boot profile of yours.</summary>
/// <remarks>
/// <para>Waits until each node answers as the system into which it was to boot; one that does not in time is rebooted harder. Each node's result is given as it ends; one that failed is
/// an error too, which does not end the command.</para>
/// <para>Without more nodes boot what their profiles say. With -DeployEnvironment they boot the deployment environment, into which -Key lets you log in. With -Environment and -Partition they
/// boot what was deployed there before. With -BootProfile they boot a text of yours, in the language of the cluster's boot program.</para>
/// </remarks>
/// <example>
/// <code>Invoke-KaReboot lab-[1-40]</code>
/// <para>Reboots forty nodes.</para>
/// </example>
/// <example>
/// <code>Invoke-KaReboot lab-7 -DeployEnvironment -Key ~/.ssh/id_ed25519.pub -Force</code>
/// <para>Opens a node for repairs.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster lab | Invoke-KaReboot -Environment debian13 -Partition 3 -WhatIf</code>
/// <para>Says how a cluster would boot an environment that is on a partition.</para>
/// </example>
/// <example>
/// <code>Invoke-KaReboot lab-[1-4] -BootProfile ./memtest.ipxe -Level Hard</code>
/// <para>Boots a profile of one's own, beginning with a reset.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "KaReboot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = SimpleSet)]
[OutputType(typeof(NodeResult), typeof(Operation), typeof(OperationPlan), typeof(Jobs.KaDeploymentJob))]
public sealed class InvokeKaReboot : SwitchingCmdlet
{
    private const string SimpleSet = "Simple";
    private const string DeploySet = "DeployEnvironment";
    private const string RecordedSet = "Environment";
    private const string ProfileSet = "BootProfile";

    private string? _profile;
    private ImmutableArray<string> _keys = [];

    /// <summary>Boot the deployment environment.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DeploySet)]
    public SwitchParameter DeployEnvironment { get; set; }

    /// <summary>The public keys that may log in as root there: files with lines of authorized_keys, or their addresses. The default is none.</summary>
    [Parameter(ParameterSetName = DeploySet)]
    [ValidateNotNullOrEmpty]
    public string[] Key { get; set; } = [];

    /// <summary>The environment that was deployed before: its name or alias, the place of a description, or one that was given before.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RecordedSet)]
    [EnvironmentTransformation]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public object? Environment { get; set; }

    /// <summary>The number of the partition that it is on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RecordedSet)]
    [ValidateRange(1, 128)]
    public int Partition { get; set; }

    /// <summary>The version of the environment that -Environment names. The default is the highest.</summary>
    [Parameter(ParameterSetName = RecordedSet)]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(EnvironmentVersionCompleter))]
    public int? Version { get; set; }

    /// <summary>The disk that it is on. The default is the cluster's.</summary>
    [Parameter(ParameterSetName = RecordedSet)]
    [ValidateNotNullOrEmpty]
    public string? Disk { get; set; }

    /// <summary>The file of a boot profile, in the language of the cluster's boot program. NODE_SINGULARITY and FILES_PREFIX in it are replaced.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProfileSet)]
    [ValidateNotNullOrEmpty]
    public string? BootProfile { get; set; }

    /// <summary>Refuse when a node's environment is marked destructive: it is to be deployed anew.</summary>
    [Parameter]
    public SwitchParameter CheckDestructive { get; set; }

    /// <summary>The network into which nodes are put before they boot. The default leaves them where they are.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Vlan { get; set; }

    /// <summary>The limit of the reboot: seconds, a time span, or an expression of n, the number of nodes. The default is the cluster's.</summary>
    [Parameter]
    [Alias("Timeout")]
    [TimeoutTransformation]
    public TimeoutExpression? RebootTimeout { get; set; }

    private protected override void Prepare()
    {
        base.Prepare();
        if (Environment is string text && EnvironmentTransformationAttribute.IsPlace(text)) Environment = new FileInfo(FullPath(text));
        _keys = [.. Key.Select(FullPath)];
        if (BootProfile is null) return;
        var file = FullPath(BootProfile);
        try
        {
            _profile = File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(Strings.NotRead(file, failure.Message));
        }
    }

    private protected override async Task<OperationRequest> RequestAsync(ISession session, ImmutableArray<CustomOperation> steps, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        foreach (var key in _keys) keys.Add((await session.ReadKeysAsync(key, cancellationToken).ConfigureAwait(false)).TrimEnd());
        var place = (Environment as FileInfo)?.FullName;
        var environment = Environment is null ? null
            : await new EnvironmentLookup(session).FindAsync(place ?? Environment, place is not null, Version, null, cancellationToken).ConfigureAwait(false);
        return new RebootRequest
        {
            Nodes = Nodes.Names,
            User = session.User,
            Into = ParameterSetName switch { DeploySet => RebootKind.DeployEnv, RecordedSet => RebootKind.RecordedEnv, ProfileSet => RebootKind.SetPxe, _ => RebootKind.Simple },
            Level = Level,
            Profile = _profile is null ? null : new(_profile),
            Environment = environment,
            Partition = environment is null ? null : Partition,
            BlockDevice = Disk,
            AuthorizedKeys = keys.Count == 0 ? null : string.Join('\n', keys) + "\n",
            Vlan = Vlan,
            CheckDestructive = CheckDestructive,
            RebootTimeout = RebootTimeout,
            Breakpoint = Breakpoint,
            CustomOperations = steps,
        };
    }
}
