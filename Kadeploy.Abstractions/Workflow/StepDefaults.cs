using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>The limits, retries and instances that hold where nothing else is configured, each with its reason.</summary>
public static class StepDefaults
{
    /// <summary>Gets the limit from a reboot command to the next sign of life: 400 s.</summary>
    /// <remarks>Firmware of large-memory servers takes three minutes and more; DHCP, boot files and a kernel come on top.</remarks>
    public static TimeoutExpression RebootTimeout { get; } = TimeoutExpression.Seconds(400);

    /// <summary>Gets the limit from kexec to the next sign of life: 120 s, as no firmware is in the way.</summary>
    public static TimeoutExpression KexecTimeout { get; } = TimeoutExpression.Seconds(120);

    /// <summary>Gets the limit of a call to a management controller: 60 s; a hung one is not waited for.</summary>
    public static TimeoutExpression PowerTimeout { get; } = TimeoutExpression.Seconds(60);

    /// <summary>Gets the limit of switching a machine on or off, all levels together: 300 s, as a system may take its time to go down.</summary>
    public static TimeoutExpression SwitchTimeout { get; } = TimeoutExpression.Seconds(300);

    /// <summary>Gets the limit of a short command on the node: 120 s; formatting a large disk is the slowest.</summary>
    public static TimeoutExpression CommandTimeout { get; } = TimeoutExpression.Seconds(120);

    /// <summary>Gets the limit of a script that a user or administrator wrote: 600 s.</summary>
    public static TimeoutExpression ScriptTimeout { get; } = TimeoutExpression.Seconds(600);

    /// <summary>Gets the limit of a broadcast: an hour and half a second a node, for chains that are long.</summary>
    public static TimeoutExpression BroadcastTimeout { get; } = TimeoutExpression.Parse("3600 + n / 2");

    /// <summary>Gets how long a set-scope step waits for further nodes after its first has come: 180 s.</summary>
    /// <remarks>About the spread of firmware times in one cluster: longer would let one node hold back the others.</remarks>
    public static TimeSpan GatherDeadline { get; } = TimeSpan.FromSeconds(180);

    /// <summary>Gets the pause before the first further attempt: 1 s; it doubles with each attempt up to <see cref="LongestPause"/>, ± 20 %.</summary>
    public static TimeSpan FirstPause { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the longest pause between attempts: 30 s.</summary>
    public static TimeSpan LongestPause { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how often a call to a management controller is repeated: twice, because they drop one now and then.</summary>
    public static int PowerRetries => 2;

    /// <summary>Gets the workflow of a deployment.</summary>
    public static ImmutableArray<MacroStepChoice> Workflow { get; } =
    [
        new(MacroStep.SetDeploymentEnv, [new(new("SetDeploymentEnvUntrusted"), Retries: 1)]),
        new(MacroStep.BroadcastEnv, [new(new("BroadcastEnvUnicast"), Retries: 1)]),
        new(MacroStep.BootNewEnv, [new(new("BootNewEnvClassical")), new(new("BootNewEnvHardReboot"), Retries: 1)]),
        new(MacroStep.Verify, [new(new("VerifyStandard"))]),
    ];

    /// <summary>Gives the limit of one run of an instance of a macro-step.</summary>
    /// <param name="macroStep">The macro-step.</param>
    /// <returns>A sum of the limits of its slowest steps with room to retry them.</returns>
    public static TimeoutExpression InstanceTimeout(MacroStep macroStep) => macroStep switch
    {
        MacroStep.SetDeploymentEnv => TimeoutExpression.Seconds(900),
        MacroStep.BroadcastEnv => TimeoutExpression.Parse("7200 + n"),
        MacroStep.BootNewEnv => TimeoutExpression.Seconds(600),
        MacroStep.Verify => TimeoutExpression.Seconds(120),

        // Kadeploy 3's: these have no alternatives, and their micro-steps have limits. A console lasts as long as its user wants.
        MacroStep.Reboot or MacroStep.Power or MacroStep.Console => TimeoutExpression.None,
        _ => throw new ArgumentOutOfRangeException(nameof(macroStep), macroStep, "no such macro-step"),
    };

    /// <summary>Gives how many slots of a resource there are.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>The number of slots.</returns>
    public static int Slots(ThrottledResource resource) => resource switch
    {
        // Starting current, DHCP and boot servers: a room full of machines is switched on in portions.
        ThrottledResource.BootsInFlight => 500,
        // Kadeploy 3's window; each call is a process and a UDP session.
        ThrottledResource.BmcCalls => 50,
        // Each broadcast wants the server's whole link.
        ThrottledResource.Broadcasts => 4,
        ThrottledResource.Fetches => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(resource), resource, "no such resource"),
    };
}
