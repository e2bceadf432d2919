using System.Diagnostics.CodeAnalysis;

namespace Kadeploy;

/// <summary>What of a node's disks a right lets write: one device, by its exact path, or everything.</summary>
/// <remarks>A disk does not include its partitions, nor a partition its disk: <c>/dev/sda</c> is the disk as a whole, as a deployment with
/// <c>--block-device /dev/sda</c> and no partition writes it.</remarks>
public readonly record struct RightPart : IParsable<RightPart>
{
    private const int Longest = 255;

    private readonly string? _value;

    private RightPart(string value) => _value = value;

    /// <summary>Gets every device, written <c>*</c>.</summary>
    public static RightPart Any { get; } = new("*");

    /// <summary>Gets the text: a path such as <c>/dev/sda3</c>, or <c>*</c>; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Gets a value indicating whether it is every device.</summary>
    public bool IsAny => _value == "*";

    /// <summary>Reads a device.</summary>
    /// <param name="s">Such as <c>/dev/sda3</c>, <c>/dev/disk/by-id/wwn-0x5-part3</c> or <c>*</c>.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>The device.</returns>
    /// <exception cref="FormatException">The text is no path of a device.</exception>
    public static RightPart Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out var part)
            ? part
            : throw new FormatException(
                $"'{Printable.Text(s.AsSpan(0, Math.Min(s.Length, 40)))}' is no device; write a path such as /dev/sda3, of letters, digits and '._:+@-' between single '/', or '*' for all");
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RightPart result)
    {
        var valid = s == "*" || IsDevice(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <summary>Says whether a right for this part is one for another.</summary>
    /// <param name="other">The other part.</param>
    /// <returns>Whether it is every device, or the same.</returns>
    public bool Covers(RightPart other) => IsAny || this == other;

    /// <summary>Gives the text.</summary>
    /// <returns><see cref="Value"/>.</returns>
    public override string ToString() => Value;

    private static bool IsDevice([NotNullWhen(true)] string? text) =>
        text is { Length: > 5 and <= Longest } && text.StartsWith("/dev/", StringComparison.Ordinal)
        && text[5..].Split('/').All(static name => name is not ("" or "." or "..") && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '+' or '@' or '-'));
}
