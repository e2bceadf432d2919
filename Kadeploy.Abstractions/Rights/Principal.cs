using System.Diagnostics.CodeAnalysis;

namespace Kadeploy;

/// <summary>Who has a right: a user, or a group of the configuration, written with <c>@</c> before its name.</summary>
/// <remarks>At most 128 characters; no control characters, no commas, no white space at the ends, no <c>-</c> or <c>*</c> at the beginning. On Windows
/// names are kept in lower case, because they are compared without case there.</remarks>
public readonly record struct Principal : IParsable<Principal>
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaximumLength = 128;

    private readonly string? _value;

    private Principal(string value) => _value = value;

    /// <summary>Gets the name as it is written, for example <c>alice</c> or <c>@students</c>; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Gets a value indicating whether it is a group.</summary>
    public bool IsGroup => Value.StartsWith('@');

    /// <summary>Gets the name without <c>@</c>.</summary>
    public string Name => IsGroup ? Value[1..] : Value;

    /// <summary>Reads a user or a group.</summary>
    /// <param name="s">Such as <c>alice</c> or <c>@students</c>.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>The user or group.</returns>
    /// <exception cref="FormatException">The text is neither; the message says why.</exception>
    public static Principal Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Problem(s) is { } problem ? throw new FormatException(problem) : new(Canonical(s));
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Principal result)
    {
        var valid = s is not null && Problem(s) is null;
        result = valid ? new(Canonical(s!)) : default;
        return valid;
    }

    /// <summary>Gives the name.</summary>
    /// <returns><see cref="Value"/>.</returns>
    public override string ToString() => Value;

    private static string Canonical(string name) => OperatingSystem.IsWindows() ? name.ToLowerInvariant() : name;

    private static string? Problem(string text)
    {
        var name = text.StartsWith('@') ? text.AsSpan(1) : text;
        var quoted = Printable.Text(text.AsSpan(0, Math.Min(text.Length, 40)));
        if (name.IsEmpty) return text.Length == 0 ? "the name of a user is empty" : "the name of a group is missing after '@'";
        if (text.Length > MaximumLength) return $"'{quoted}…' has {text.Length} characters; a user's name has at most {MaximumLength}";
        if (name[0] is '-' or '*' or '@' || char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
            return $"'{quoted}' is no name of a user; it may not begin with '-', '*' or '@', nor begin or end with white space";
        foreach (var character in name)
            if (char.IsControl(character) || char.IsSurrogate(character) || character == ',')
                return $"'{quoted}' is no name of a user: it holds {Printable.Character(character)}";
        return null;
    }
}
