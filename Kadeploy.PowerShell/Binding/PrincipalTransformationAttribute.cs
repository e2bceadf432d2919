using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns text and rights into a user or a group.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PrincipalTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Bare.Of(inputData) switch
            {
                Principal principal => principal,
                Right right => right.Principal,
                string text => Principal.Parse(text.Trim()),
                var other => throw new FormatException(Strings.NoPrincipal(other?.GetType().Name ?? "$null")),
            };
        }
        catch (FormatException wrong)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }
}
