using System.Collections.Immutable;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>One implementation of a macro-step: its micro-steps before any is bypassed.</summary>
/// <param name="MacroStep">The macro-step that it implements.</param>
/// <param name="Name">Its full name, which begins with that of the macro-step.</param>
/// <param name="MicroSteps">The micro-steps in their order.</param>
internal sealed record InstanceDefinition(MacroStep MacroStep, InstanceName Name, ImmutableArray<InstanceStep> MicroSteps)
{
    /// <summary>Makes an implementation.</summary>
    /// <param name="macroStep">The macro-step.</param>
    /// <param name="shortName">What follows the macro-step's name, such as <c>Untrusted</c>.</param>
    /// <param name="microSteps">The micro-steps in their order.</param>
    public InstanceDefinition(MacroStep macroStep, string shortName, params ImmutableArray<InstanceStep> microSteps)
        : this(macroStep, new InstanceName(macroStep + shortName), microSteps)
    {
    }
}

/// <summary>A micro-step of an implementation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Variant">Its variant; null when it has none.</param>
internal sealed record InstanceStep(MicroStepName Name, string? Variant)
{
    /// <summary>Takes the name of a class in <c>MicroSteps/</c>.</summary>
    /// <param name="name">The name.</param>
    public static implicit operator InstanceStep(string name) => new(new(name), null);

    /// <summary>Takes the name of a class in <c>MicroSteps/</c> and one of its variants.</summary>
    /// <param name="step">The name and the variant.</param>
    public static implicit operator InstanceStep((string Name, string Variant) step) => new(new(step.Name), step.Variant);
}
