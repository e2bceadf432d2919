using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Consoles;
using Kadeploy.Terminals;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Uses the serial console of a node.</summary>
/// <remarks>
/// <para>Connects the terminal with the serial console of one node: by IPMI serial over LAN, or by the site's command. All keys go to the node, Ctrl-C too, but those that leave: by
/// default the escape key, four times. Then the terminal is as it was, and PowerShell goes on.</para>
/// <para>One user types at a time, in this process or another one with the same state directory; any number look on with -ReadOnly, which needs no terminal and works in every host;
/// Ctrl-C ends it. Nothing is held: the node may be deployed or rebooted meanwhile.</para>
/// <para>What comes is kept; Get-KaConsoleLog reads it.</para>
/// </remarks>
/// <example>
/// <code>Enter-KaConsole lab-7</code>
/// <para>Uses a console, until the escape key was pressed four times.</para>
/// </example>
/// <example>
/// <code>Enter-KaConsole lab-7 -EscapeKey '~.' -Force</code>
/// <para>Takes the keyboard from whoever has it, who is told; leaves as one leaves ssh.</para>
/// </example>
/// <example>
/// <code>Invoke-KaReboot lab-7 -NoWait -Force
/// Enter-KaConsole lab-7 -ReadOnly</code>
/// <para>Looks on while a node boots.</para>
/// </example>
[Cmdlet(VerbsCommon.Enter, "KaConsole")]
[OutputType(typeof(void))]
public sealed class EnterKaConsole : KaAsyncCmdlet
{
    private readonly List<NodeSet> _nodes = [];
    private EscapeSequence _escape = EscapeSequence.Default;

    /// <summary>The node: its name, or an object that has one. A terminal shows one console at a time.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ComputerName", "DNSHostName", "HostName", "PSComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet Node { get; set; } = NodeSet.Empty;

    /// <summary>Look on without typing, also while somebody types.</summary>
    [Parameter]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>Take the keyboard from whoever has it; he is told.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The keys that leave: control characters as ^[ or ^], which count everywhere; others, such as ~., which count at the beginning of a line only; or none. The default is
    /// ^[^[^[^[, the escape key four times.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string EscapeKey { get; set; } = EscapeSequence.Default.Text;

    private protected override void Collect() => _nodes.Add(Node);

    private protected override void Prepare()
    {
        var problems = new List<string>();
        if (ReadOnly && Force) problems.Add(Strings.ForceLooksOn);
        if (EscapeSequence.TryParse(EscapeKey, out var keys)) _escape = keys;
        else problems.Add(Strings.NoEscapeKey(EscapeKey));
        if (Nodes is { Count: > 1 } several) problems.Add(Strings.OneConsole(several.Fold()));
        if (!ReadOnly && !HostTerminal.IsThere(Host)) problems.Add(Strings.NoTerminal);
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (Nodes.Count == 0) return;
        var request = new ConsoleRequest { Nodes = Nodes.Names, User = session.User, ReadOnly = ReadOnly, TakeOver = Force };
        await new ConsoleVisit(session, streams, HostTerminal.Take, _escape).RunAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private NodeSet Nodes => NodeSet.From(_nodes.SelectMany(static set => set.Names));
}
