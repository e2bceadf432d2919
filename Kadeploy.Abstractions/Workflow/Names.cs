using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Kadeploy;

/// <summary>The phases of operations, in their order: four of a deployment, and one of each other kind of operation.</summary>
public enum MacroStep
{
    /// <summary>Brings the node into the deployment environment, with its disk ready.</summary>
    SetDeploymentEnv,

    /// <summary>Writes the image and makes it bootable.</summary>
    BroadcastEnv,

    /// <summary>Boots what was written.</summary>
    BootNewEnv,

    /// <summary>Proves that what was written is what runs.</summary>
    Verify,

    /// <summary>Reboots the node, all that a reboot does.</summary>
    Reboot,

    /// <summary>Switches the node on or off, or asks, all that a power operation does.</summary>
    Power,

    /// <summary>Holds the line to the node's serial console, all that a console operation does.</summary>
    Console,
}

/// <summary>Which macro-steps belong to which kind of operation.</summary>
public static class OperationPhases
{
    /// <summary>Gets those of a deployment, in their order.</summary>
    public static ImmutableArray<MacroStep> OfDeployments { get; } =
        [MacroStep.SetDeploymentEnv, MacroStep.BroadcastEnv, MacroStep.BootNewEnv, MacroStep.Verify];

    /// <summary>Gives those of a kind of operation.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The macro-steps in their order.</returns>
    public static ImmutableArray<MacroStep> Of(OperationKind kind) => kind switch
    {
        OperationKind.Deployment => OfDeployments,
        OperationKind.Reboot => [MacroStep.Reboot],
        OperationKind.Power => [MacroStep.Power],
        OperationKind.Console => [MacroStep.Console],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind of operation"),
    };
}

/// <summary>Names one implementation of a macro-step, such as <c>SetDeploymentEnvUntrusted</c>.</summary>
/// <remarks>Compared without case; whoever misspells one is told the known ones.</remarks>
public readonly record struct InstanceName
{
    private readonly string? _value;

    /// <summary>Takes a name as it is; whether such an instance exists is for the planner to say.</summary>
    /// <param name="value">The full name.</param>
    public InstanceName(string value) => _value = value;

    /// <summary>Gets the name.</summary>
    public string Value => _value ?? "";

    /// <inheritdoc/>
    public bool Equals(InstanceName other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names a micro-step, such as <c>SwitchPxe</c>; Kadeploy 3's <c>switch_pxe</c> is read as the same.</summary>
public readonly record struct MicroStepName
{
    private readonly string? _value;

    /// <summary>Takes a name that is known to be well formed.</summary>
    /// <param name="value">The name in PascalCase, or <c>custom_…</c> for a custom operation.</param>
    public MicroStepName(string value) => _value = value;

    /// <summary>Gets the name.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name in either spelling.</summary>
    /// <param name="text"><c>SwitchPxe</c> or <c>switch_pxe</c>; letters, digits, '_' and '-'.</param>
    /// <param name="name">The name in PascalCase.</param>
    /// <returns>Whether the text is well formed; whether such a micro-step exists is for the planner to say.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out MicroStepName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text) || !char.IsAsciiLetter(text[0])) return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        if (text.StartsWith("custom_", StringComparison.OrdinalIgnoreCase))
        {
            name = new(text);
            return true;
        }

        var parts = text.Split('_', StringSplitOptions.RemoveEmptyEntries);
        name = new(string.Concat(parts.Select(part => char.ToUpperInvariant(part[0]) + part[1..])));
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(MicroStepName other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
