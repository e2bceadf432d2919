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
        TryParse(s, provider, out var code) ? code : throw new FormatException($"'{Printable.Text(s)}' is no fault code; they look like KA2104");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FaultCode result)
    {
        result = default;
        // Digits are asked for one by one: the parser of numbers alone would take zero bytes at the end.
        if (s is not { Length: 6 } || !s.StartsWith("KA", StringComparison.OrdinalIgnoreCase)
            || s.AsSpan(2).ContainsAnyExceptInRange('0', '9')) return false;
        result = new(int.Parse(s.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"KA{_number:0000}");
}
