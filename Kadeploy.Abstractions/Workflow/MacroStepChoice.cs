using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>The configured implementations of one macro-step.</summary>
/// <param name="MacroStep">Which macro-step.</param>
/// <param name="Instances">The implementations in the order in which they are tried; at least one.</param>
public sealed record MacroStepChoice(MacroStep MacroStep, ImmutableArray<InstanceChoice> Instances);

/// <summary>One configured implementation of a macro-step.</summary>
/// <param name="Name">Its full name, such as <c>SetDeploymentEnvUntrusted</c>.</param>
/// <param name="Retries">How often it is started again before the next one is tried, from 0.</param>
/// <param name="Timeout">The limit of one run; null for the default of <see cref="StepDefaults"/>.</param>
public sealed record InstanceChoice(InstanceName Name, int Retries = 0, TimeoutExpression? Timeout = null)
{
    /// <summary>Gets a value indicating whether nodes leave the macro-step as soon as they are done with it.</summary>
    /// <value>False holds them until all nodes that can still finish it have; the default is true.</value>
    public bool Raisable { get; init; } = true;

    /// <summary>Gets a value indicating whether nodes stop before this instance.</summary>
    public bool Breakpoint { get; init; }

    /// <summary>Gets settings of single micro-steps.</summary>
    public ImmutableArray<MicroStepChoice> MicroSteps { get; init; } = [];
}

/// <summary>Settings of one micro-step.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Retries">How often it is tried again, from 0; null for the default.</param>
/// <param name="Timeout">The limit of one attempt; null for the default.</param>
/// <param name="Breakpoint">Whether nodes stop before it.</param>
public sealed record MicroStepChoice(MicroStepName Name, int? Retries = null, TimeoutExpression? Timeout = null, bool Breakpoint = false);

/// <summary>An operation that a user or an administrator adds before, after or instead of a micro-step.</summary>
public sealed record CustomOperation
{
    /// <summary>Gets its name, unique at its place; the step is called <c>custom_pre_NAME</c>, <c>custom_post_NAME</c> or <c>custom_sub_NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the macro-step, or one instance of it, that it belongs to, such as <c>SetDeploymentEnv</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Gets the micro-step that it goes with.</summary>
    public required MicroStepName MicroStep { get; init; }

    /// <summary>Gets where it goes.</summary>
    public required CustomPlacement Placement { get; init; }

    /// <summary>Gets what it does.</summary>
    public required CustomAction Action { get; init; }

    /// <summary>Gets the program and its arguments (<see cref="CustomAction.Exec"/>, <see cref="CustomAction.Run"/>) or the destination
    /// directory (<see cref="CustomAction.Send"/>).</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Gets the file that is sent or run.</summary>
    /// <value>Null for <see cref="CustomAction.Exec"/>.</value>
    public Uri? File { get; init; }

    /// <summary>Gets how often it is tried again.</summary>
    public int Retries { get; init; }

    /// <summary>Gets the limit of one attempt.</summary>
    public TimeoutExpression Timeout { get; init; } = TimeoutExpression.None;

    /// <summary>Gets a value indicating whether a user's operations at this place replace the administrator's.</summary>
    public bool Override { get; init; }
}

/// <summary>Where a custom operation goes.</summary>
public enum CustomPlacement
{
    /// <summary>Before the micro-step.</summary>
    Before,

    /// <summary>After it.</summary>
    After,

    /// <summary>In its place.</summary>
    Instead,
}

/// <summary>What a custom operation does on the node.</summary>
public enum CustomAction
{
    /// <summary>Runs a program that is there.</summary>
    Exec,

    /// <summary>Sends a file into a directory.</summary>
    Send,

    /// <summary>Sends a script and runs it.</summary>
    Run,
}
