namespace Kadeploy.PowerShell.Binding;

/// <summary>Reads an operation's identifier from whatever names it.</summary>
internal static class OperationArgument
{
    /// <summary>Reads it.</summary>
    /// <param name="value">An identifier, its text, an operation, a result, a plan, an event, or an object with <c>Operation</c> or <c>Id</c>.</param>
    /// <param name="property">Gives a property of an object; null when it has none of that name.</param>
    /// <returns>The identifier.</returns>
    /// <exception cref="FormatException">The value names no operation; the message says why.</exception>
    public static OperationId Read(object? value, Func<object, string, object?> property) => value switch
    {
        OperationId id => id,
        string text => OperationId.TryParse(text.Trim(), null, out var id) ? id : throw new FormatException(Strings.NoOperation(Printable.Text(text))),
        Operation operation => operation.Id,
        NodeResult result => result.Operation,
        OperationPlan plan => plan.Operation,
        OperationEvent happened => happened.Operation,
        null => throw new FormatException(Strings.NoOperationArgument("$null")),
        _ => property(value, "Operation") is (string or OperationId) and var operation ? Read(operation, property)
            : property(value, "Id") is (string or OperationId) and var id ? Read(id, property)
            : throw new FormatException(Strings.NoOperationArgument(value.GetType().Name)),
    };
}
