using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names operations — text, operations, results — into identifiers.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OperationIdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Bare.Of(inputData) is object[] several
                ? Array.ConvertAll(several, Read)
                : new[] { Read(Bare.Of(inputData)) };
        }
        catch (FormatException wrong)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }

    private static OperationId Read(object? value) => OperationArgument.Read(value, static (each, name) => Bare.Property(each, name));
}
