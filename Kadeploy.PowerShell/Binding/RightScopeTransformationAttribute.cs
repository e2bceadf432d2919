using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names nodes and clusters into scopes of rights.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RightScopeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return RightScopeArgument.Read(Bare.Of(inputData), static (value, name) => Bare.Property(value, name));
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }
}
