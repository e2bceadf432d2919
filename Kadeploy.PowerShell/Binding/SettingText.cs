using System.Globalization;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Writes a value of a hashtable as text that YAML reads as the same.</summary>
internal static class SettingText
{
    /// <summary>Writes it.</summary>
    /// <param name="value">A text, a number, a truth value; null is nothing.</param>
    /// <returns>The text.</returns>
    public static string Of(object? value) => Bare.Of(value) switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        object[] several => $"[{string.Join(", ", several.Select(Of))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var text => text.ToString() ?? "",
    };
}
