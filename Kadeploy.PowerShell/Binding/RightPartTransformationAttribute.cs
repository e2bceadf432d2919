using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns text into devices of which a right says that they may be written.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RightPartTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object?[] several = Bare.Of(inputData) is object?[] list ? list : [Bare.Of(inputData)];
        try
        {
            return Array.ConvertAll(several, static each => each is RightPart part ? part : RightPart.Parse(each as string ?? each?.ToString() ?? ""));
        }
        catch (FormatException wrong)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }
}
