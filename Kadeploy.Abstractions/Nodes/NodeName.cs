using System.Diagnostics.CodeAnalysis;

namespace Kadeploy;

/// <summary>Names one node: a host name, kept in lower case (RFC 4343: names are compared without case).</summary>
/// <remarks>At most 253 characters, of letters, digits, dots, dashes and underscores; begins and ends with a letter or a digit.</remarks>
public readonly record struct NodeName : IComparable<NodeName>, ISpanParsable<NodeName>
{
    /// <summary>The longest host name (RFC 1035, section 2.3.4), in characters.</summary>
    public const int MaximumLength = 253;

    private readonly string? _value;

    private NodeName(string value) => _value = value;

    /// <summary>Gets the name.</summary>
    /// <value>Lower case; empty only for <c>default(NodeName)</c>, which names no node.</value>
    public string Value => _value ?? "";

    /// <summary>Gets the name up to the first dot.</summary>
    public string ShortName => Value.IndexOf('.') is var dot and >= 0 ? Value[..dot] : Value;

    /// <summary>Reads a node name.</summary>
    /// <param name="s">One host name, without ranges.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>The name in lower case.</returns>
    /// <exception cref="FormatException">The text is no host name; the message names the text and the first wrong character.</exception>
    public static NodeName Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static NodeName Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        Validate(s) is { } problem ? throw new FormatException(problem) : Create(s);

    /// <summary>Reads a node name without throwing.</summary>
    /// <param name="s">One host name.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The name, or <c>default</c>.</param>
    /// <returns>Whether the text is a host name.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NodeName result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out NodeName)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out NodeName result)
    {
        var valid = Validate(s) is null;
        result = valid ? Create(s) : default;
        return valid;
    }

    /// <summary>Orders names as text, character by character.</summary>
    /// <param name="other">The name to compare with.</param>
    /// <returns>Less than, equal to or greater than zero, as usual.</returns>
    public int CompareTo(NodeName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Gives the name.</summary>
    /// <returns><see cref="Value"/>.</returns>
    public override string ToString() => Value;

    /// <summary>Compares two names as text.</summary>
    /// <param name="left">A name.</param>
    /// <param name="right">A name.</param>
    /// <returns>Whether <paramref name="left"/> comes first.</returns>
    public static bool operator <(NodeName left, NodeName right) => left.CompareTo(right) < 0;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator <=(NodeName left, NodeName right) => left.CompareTo(right) <= 0;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(NodeName left, NodeName right) => left.CompareTo(right) > 0;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >=(NodeName left, NodeName right) => left.CompareTo(right) >= 0;

    private static NodeName Create(ReadOnlySpan<char> s) =>
        new(s.ContainsAnyInRange('A', 'Z') ? s.ToString().ToLowerInvariant() : s.ToString());

    private static string? Validate(ReadOnlySpan<char> s)
    {
        if (s.IsEmpty) return "a node name may not be empty";
        if (s.Length > MaximumLength)
            return $"node name '{Printable.Text(s[..20])}…' has {s.Length} characters; at most {MaximumLength} are allowed";
        for (var i = 0; i < s.Length; i++)
            if (!char.IsAsciiLetterOrDigit(s[i]) && s[i] is not ('.' or '-' or '_'))
                return $"node name '{Printable.Text(s)}': character {Printable.Character(s[i])} at position {i + 1} is not allowed (letters, digits, '.', '-' and '_' are)";
        if (!char.IsAsciiLetterOrDigit(s[0]) || !char.IsAsciiLetterOrDigit(s[^1]))
            return $"node name '{s}' must begin and end with a letter or a digit";
        return null;
    }
}
