namespace Kadeploy.Engine.Workflow;

/// <summary>How an attempt at a micro-step ended on a node.</summary>
internal abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>It succeeded.</summary>
    /// <param name="Facts">What was learned, or null.</param>
    public sealed record Succeeded(NodeFacts? Facts) : StepOutcome;

    /// <summary>It failed or took too long.</summary>
    /// <param name="Fault">Why.</param>
    /// <param name="Scope">What has failed with it.</param>
    public sealed record Failed(Fault Fault, FailureScope Scope) : StepOutcome;

    /// <summary>The operation was cancelled meanwhile.</summary>
    /// <param name="Fault">What was under way.</param>
    public sealed record Cancelled(Fault Fault) : StepOutcome;

    /// <summary>The engine stops; the operation will be resumed. Nothing is journaled, as after a crash.</summary>
    public sealed record Abandoned : StepOutcome
    {
        /// <summary>Gets the only one.</summary>
        public static Abandoned Instance { get; } = new();
    }
}

/// <summary>What has failed with an attempt.</summary>
internal enum FailureScope
{
    /// <summary>The attempt: the micro-step may be tried again.</summary>
    Attempt,

    /// <summary>The run of the instance: it has used up its time.</summary>
    InstanceRun,

    /// <summary>The instance: its driver cannot work, trying again is no use.</summary>
    Instance,
}
