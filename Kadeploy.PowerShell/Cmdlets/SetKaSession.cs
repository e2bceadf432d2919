using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Loading;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Chooses what this runspace works with: a state directory and a configuration, or simulated nodes.</summary>
/// <remarks>
/// <para>The choice holds for all later commands of the runspace that are not given -Session, until it is made anew. Other runspaces, such as those of ForEach-Object -Parallel,
/// have their own; hand a session on with -Session. Nothing is opened before something is asked.</para>
/// <para>Without a choice, the state is in $XDG_STATE_HOME/kadeploy or ~/.local/state/kadeploy (on Windows in the local application data), and the configuration is the file that
/// $env:KADEPLOY_CONFIG names, else /etc/kadeploy/kadeploy.yml, as for the command kadeploy.</para>
/// <para>Simulated nodes need no machine, no configuration and no image: any name is a node, and any name is an environment. They behave as machines do, with faults on request,
/// and by a clock that jumps over waiting unless -Speed is given. The engine, its journal and everything else are the real ones.</para>
/// </remarks>
/// <example>
/// <code>Set-KaSession -Simulated -FaultRate 0.1
/// Start-KaDeployment lab-[1-50] debian13 -Force -Wait | Group-Object State</code>
/// <para>Tries out a deployment in which one node in ten has a fault.</para>
/// </example>
/// <example>
/// <code>Set-KaSession -Simulated -Latency Realistic -Speed 60</code>
/// <para>Simulated nodes that take as long as servers do, a minute in each second: for watching.</para>
/// </example>
/// <example>
/// <code>Set-KaSession -StateDirectory /srv/kadeploy -Configuration /srv/kadeploy/kadeploy.yml</code>
/// <para>Works with another site.</para>
/// </example>
/// <example>
/// <code>$lab = Get-KaSession
/// Set-KaSession -Default
/// Get-KaDeployment -Session $lab</code>
/// <para>Keeps a session, goes back to the default, and still asks the other one.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KaSession", DefaultParameterSetName = Machines)]
[OutputType(typeof(KaSession))]
public sealed class SetKaSession : KaCmdlet
{
    private const string Machines = "Machine";
    private const string SimulatedNodes = "Simulation";
    private const string Chosen = "Session";
    private const string DefaultOne = "Default";

    /// <summary>The directory that keeps operations and their journal; it is made when it is needed. The default is the command line's.</summary>
    [Parameter(ParameterSetName = Machines)]
    [Parameter(ParameterSetName = SimulatedNodes)]
    [Alias("State")]
    [ValidateNotNullOrEmpty]
    public string? StateDirectory { get; set; }

    /// <summary>The configuration's file: clusters, nodes and how they are reached. The default is the command line's.</summary>
    [Parameter(ParameterSetName = Machines)]
    [Alias("Config")]
    [ValidateNotNullOrEmpty]
    public string? Configuration { get; set; }

    /// <summary>Work with simulated nodes instead of machines.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SimulatedNodes)]
    public SwitchParameter Simulated { get; set; }

    /// <summary>The number from which all chance is drawn: the same seed gives the same delays and faults. The default is 1.</summary>
    [Parameter(ParameterSetName = SimulatedNodes)]
    public int Seed { get; set; } = 1;

    /// <summary>How long things take: None, or Realistic as on servers. The default is None.</summary>
    [Parameter(ParameterSetName = SimulatedNodes)]
    public LatencyProfile Latency { get; set; }

    /// <summary>The share of nodes that have a fault, from 0 to 1. The default is 0.</summary>
    [Parameter(ParameterSetName = SimulatedNodes)]
    [ValidateRange(0.0, 1.0)]
    public double FaultRate { get; set; }

    /// <summary>The kinds of faults to draw from. The default is all kinds; nodes that answer late or flap get there in the end.</summary>
    [Parameter(ParameterSetName = SimulatedNodes)]
    public FaultKind[] Fault { get; set; } = [];

    /// <summary>How many seconds of the simulated nodes pass in one second. The default is as many as can be computed.</summary>
    [Parameter(ParameterSetName = SimulatedNodes)]
    [ValidateRange(0.001, KaSession.MaximumSimulationSpeed)]
    public double? Speed { get; set; }

    /// <summary>A session of Get-KaSession, to be chosen again.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Chosen)]
    [ValidateNotNull]
    public KaSession? Session { get; set; }

    /// <summary>Go back to what is used when nothing was chosen.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DefaultOne)]
    public SwitchParameter Default { get; set; }

    /// <summary>Give the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var chosen = ParameterSetName switch
        {
            Chosen => Session!,
            DefaultOne => new KaSession(),
            _ => new()
            {
                StateDirectory = StateDirectory is null ? null : FullPath(StateDirectory),
                Configuration = Configuration is null ? null : FullPath(Configuration),
                Simulation = Simulated ? new() { Seed = Seed, Latency = Latency, FaultRate = FaultRate, Faults = [.. Fault] } : null,
                SimulationSpeed = Speed,
            },
        };
        try
        {
            if (Configuration is not null && !File.Exists(chosen.Configuration)) throw new ConfigurationException(Strings.NoConfiguration(chosen.Configuration!));
            var complete = PassThru ? EngineLoader.Complete(chosen) : null;
            SessionChoice.Current = chosen;
            if (complete is not null) WriteObject(complete);
        }
        catch (KadeployException failure)
        {
            Throw(failure);
        }
    }
}
