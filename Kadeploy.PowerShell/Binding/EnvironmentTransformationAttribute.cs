using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Lets an environment be a name, the place of a description, or a description that was read.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EnvironmentTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gets or sets a value indicating whether several may be given.</summary>
    /// <value>The default is false.</value>
    public bool Several { get; set; }

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Bare.Of(inputData) switch
    {
        object[] several when Several => Array.ConvertAll(several, Read),
        var one => Several ? new[] { Read(one) } : Read(one),
    };

    /// <summary>Says whether a text is the place of a description and not a name.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it has the form of a path to a YAML or JSON file, or of an address.</returns>
    internal static bool IsPlace(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || text.Contains('/', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal)
        || Path.GetExtension(text).ToUpperInvariant() is ".YAML" or ".YML" or ".JSON" or ".ENV";

    private static object Read(object? value) => value switch
    {
        KaEnvironment environment => environment,
        RecordedEnvironment recorded => recorded.Environment,
        EnvironmentRevision revision => revision.Environment,
        EnvironmentVerification verified => verified.Environment,
        string { Length: > 0 } text => text,
        FileInfo file => file.FullName,
        OperationPlan { Request: DeploymentRequest deployment } => deployment.Environment,
        var other => throw new ArgumentTransformationMetadataException(Strings.NoEnvironment(other?.GetType().Name ?? "$null")),
    };
}
