using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names nodes — text, ranges, objects with a name — into a set of nodes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NodeSetTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return NodeArgument.Read(Bare.Of(inputData), static (value, name) => Bare.Property(value, name));
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }
}
