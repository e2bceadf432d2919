namespace Kadeploy;

/// <summary>Lets somebody work on nodes: deploy them, reboot them, switch them and see their consoles.</summary>
public sealed record Right
{
    /// <summary>Gets who has it.</summary>
    public required Principal Principal { get; init; }

    /// <summary>Gets where it holds.</summary>
    public required RightScope Scope { get; init; }

    /// <summary>Gets what a deployment may write there.</summary>
    /// <value>The default is everything.</value>
    public RightPart Part { get; init; } = RightPart.Any;

    /// <summary>Gets when it holds.</summary>
    /// <value>The default is always.</value>
    public RightWindow Window { get; init; }

    /// <summary>Gets who granted it last.</summary>
    public string GrantedBy { get; init; } = "";

    /// <summary>Gets when that was.</summary>
    public DateTimeOffset GrantedAt { get; init; }
}
