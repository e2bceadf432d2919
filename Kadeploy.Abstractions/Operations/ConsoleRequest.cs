namespace Kadeploy;

/// <summary>Asks for access to the serial console of one node.</summary>
public sealed record ConsoleRequest : OperationRequest
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Console;

    /// <summary>Gets a value indicating whether the user only looks on.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Gets a value indicating whether the keyboard is taken from whoever has it.</summary>
    public bool TakeOver { get; init; }
}
