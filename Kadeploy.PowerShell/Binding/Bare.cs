using System.Collections;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Takes off what PowerShell wraps around values.</summary>
internal static class Bare
{
    /// <summary>Gives the value itself.</summary>
    /// <param name="value">A value, perhaps wrapped.</param>
    /// <returns>The value; a custom object, whose properties live in the wrapping, stays wrapped. Lists are unwrapped element by element.</returns>
    public static object? Of(object? value) => value switch
    {
        PSObject { BaseObject: PSCustomObject } custom => custom,
        PSObject wrapped => Of(wrapped.BaseObject),
        object[] several => Array.ConvertAll(several, Of),
        ArrayList several => Array.ConvertAll(several.ToArray(), Of),
        _ => value,
    };

    /// <summary>Gives a property of an object, or an entry of a hashtable.</summary>
    /// <param name="value">The object.</param>
    /// <param name="name">The property's name, in any case.</param>
    /// <returns>The value; null when there is none, or it cannot be read.</returns>
    public static object? Property(object value, string name)
    {
        if (value is IDictionary entries)
        {
            foreach (DictionaryEntry entry in entries)
                if (entry.Key is string key && string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) return Of(entry.Value);
            return null;
        }

        try
        {
            return Of(PSObject.AsPSObject(value).Properties[name]?.Value);
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
