using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names environments of the catalogue — text, what Get-KaEnvironment gave, objects with a name — into selections.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EnvironmentSelectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Bare.Of(inputData) is object[] several ? Array.ConvertAll(several, Read) : new[] { Read(Bare.Of(inputData)) };
        }
        catch (FormatException wrong)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }

    private static EnvironmentSelection Read(object? value) => EnvironmentArgument.Read(value, static (each, name) => Bare.Property(each, name));
}
