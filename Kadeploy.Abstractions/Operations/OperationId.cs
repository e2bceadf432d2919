using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kadeploy;

/// <summary>Identifies one operation for ever: the letter of its kind, a dash and a UUID, as in Kadeploy 3.</summary>
public readonly record struct OperationId : IParsable<OperationId>
{
    private readonly string? _value;

    private OperationId(string value) => _value = value;

    /// <summary>Gets the text, for example <c>D-0195f0d2-…</c>; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Makes a new identifier; those of one kind made a millisecond later sort later (RFC 9562, UUID version 7).</summary>
    /// <param name="kind">The kind of operation.</param>
    /// <param name="now">The time that goes into the identifier.</param>
    /// <returns>An identifier that was not there before.</returns>
    public static OperationId Create(OperationKind kind, DateTimeOffset now) =>
        new($"{Letter(kind)}-{Guid.CreateVersion7(now).ToString("D", CultureInfo.InvariantCulture)}");

    /// <inheritdoc/>
    public static OperationId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{Printable.Text(s)}' is no operation identifier; 'kadeploy operations' lists them");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OperationId result)
    {
        var valid = s is { Length: 38 } && s[0] is 'D' or 'R' or 'P' or 'C' && s[1] == '-' && IsUuid(s.AsSpan(2));
        result = valid ? new(s![..2] + s[2..].ToLowerInvariant()) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    // By character: Guid takes "0x" and "+" inside of its groups.
    private static bool IsUuid(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i])) return false;
        return true;
    }

    private static char Letter(OperationKind kind) => kind switch
    {
        OperationKind.Deployment => 'D',
        OperationKind.Reboot => 'R',
        OperationKind.Power => 'P',
        OperationKind.Console => 'C',
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind of operation"),
    };
}

/// <summary>What an operation does.</summary>
public enum OperationKind
{
    /// <summary>Installs an environment.</summary>
    Deployment,

    /// <summary>Reboots nodes.</summary>
    Reboot,

    /// <summary>Switches nodes on or off, or asks.</summary>
    Power,

    /// <summary>Gives access to a node's serial console.</summary>
    Console,
}
