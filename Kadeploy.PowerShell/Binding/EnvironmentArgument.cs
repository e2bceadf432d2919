using System.Globalization;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Reads which environment of the catalogue is meant from whatever names it.</summary>
internal static class EnvironmentArgument
{
    /// <summary>Reads it.</summary>
    /// <param name="value">A name, a selection, an environment in any of its forms, or an object with <c>Name</c> and perhaps <c>User</c> and <c>Version</c>.</param>
    /// <param name="property">Gives a property of an object; null when it has none of that name.</param>
    /// <returns>The selection; what the value does not say is null. A name keeps its wildcards.</returns>
    /// <exception cref="FormatException">The value names no environment; the message says why.</exception>
    public static EnvironmentSelection Read(object? value, Func<object, string, object?> property) => value switch
    {
        EnvironmentSelection selection => selection,
        string { Length: > 0 } name => new() { Name = name },
        KaEnvironment environment => Of(environment),
        RecordedEnvironment recorded => Of(recorded.Environment),
        EnvironmentRevision revision => Of(revision.Environment),
        EnvironmentVerification verified => Of(verified.Environment),
        ImportedEnvironment imported => Of(imported.Environment.Environment),
        null or "" => throw new FormatException(Strings.NoEnvironmentName("$null")),
        _ when property(value, "Name") is string { Length: > 0 } name => new()
        {
            Name = name,
            Owner = property(value, "User") is string { Length: > 0 } owner ? owner : null,
            Version = VersionOf(property(value, "Version")),
        },
        _ => throw new FormatException(Strings.NoEnvironmentName(value.GetType().Name)),
    };

    private static EnvironmentSelection Of(KaEnvironment environment) => new() { Name = environment.Name, Owner = environment.User, Version = environment.Version };

    // A table that was read from a file has text.
    private static int? VersionOf(object? version) => version switch
    {
        int number => number,
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
