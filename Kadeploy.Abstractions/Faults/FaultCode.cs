using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kadeploy;

/// <summary>A stable number for one kind of failure, written <c>KA2104</c>: what is searched for in manuals and logs.</summary>
public readonly record struct FaultCode : IParsable<FaultCode>
{
    private readonly int _number;

    internal FaultCode(int number) => _number = number;

    /// <summary>Reads a code.</summary>
    /// <param name="s">"KA" and four digits.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>The code; it need not be in the table.</returns>
    /// <exception cref="FormatException">The text is no code.</exception>
    public static FaultCode Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var code) ? code : throw new FormatException($"'{s}' is no fault code; they look like KA2104");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FaultCode result)
    {
        result = default;
        if (s is not { Length: 6 } || !s.StartsWith("KA", StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(s.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        result = new(number);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"KA{_number:0000}");
}
