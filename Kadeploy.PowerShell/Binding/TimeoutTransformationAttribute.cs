using System.Globalization;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns seconds, time spans and text into a limit.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeoutTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var text = TextOf(Bare.Of(inputData));
        return TimeoutExpression.TryParse(text, out var limit, out var problem) ? limit : throw new ArgumentTransformationMetadataException(problem);
    }

    /// <summary>Writes a limit as an expression.</summary>
    /// <param name="value">The limit.</param>
    /// <returns>The expression's text.</returns>
    internal static string TextOf(object? value) => value switch
    {
        string text => text,
        int or long or double or decimal => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        TimeSpan span => ((long)Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
        TimeoutExpression limit => limit.Text,
        _ => throw new ArgumentTransformationMetadataException(Strings.NoTimeoutArgument(value?.GetType().Name ?? "$null")),
    };
}
