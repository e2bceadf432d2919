using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names nodes into text, in which nodes stay in the order in which they were written: other ranges go with them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NodeTextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object?[] several = Bare.Of(inputData) is object?[] list ? list : [Bare.Of(inputData)];
        try
        {
            // PowerShell parts lab-[1-4,7] at the comma when nobody quotes it; together it reads as it was written.
            return several.All(static each => each is string) ? string.Join(',', several) : NodeArgument.Read(several, static (value, name) => Bare.Property(value, name)).Fold();
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }
}
