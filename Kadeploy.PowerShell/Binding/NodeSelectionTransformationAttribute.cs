using System.Collections.Immutable;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names nodes into a selection; unlike a set of nodes it may have * and ?.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NodeSelectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = Bare.Of(inputData);
        if (given is NodeSelection selection) return selection;
        object?[] several = given is object?[] list ? list : [given];
        var patterns = several.OfType<string>().Where(static text => text.AsSpan().ContainsAny('*', '?')).ToImmutableArray();
        var others = several.Where(static each => each is not string text || !text.AsSpan().ContainsAny('*', '?')).ToArray();
        try
        {
            return new NodeSelection(others.Length == 0 ? NodeSet.Empty : NodeArgument.Read(others, static (value, name) => Bare.Property(value, name)), patterns);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new ArgumentTransformationMetadataException(wrong.Message);
        }
    }
}
