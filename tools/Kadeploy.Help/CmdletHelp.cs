using System.Collections.Immutable;

namespace Kadeploy.Help;

/// <summary>Everything that help says of one cmdlet.</summary>
internal sealed record CmdletHelp
{
    public required string Verb { get; init; }

    public required string Noun { get; init; }

    public string Name => $"{Verb}-{Noun}";

    public required string Synopsis { get; init; }

    /// <summary>Gets the paragraphs of the description.</summary>
    public required ImmutableArray<string> Description { get; init; }

    public required ImmutableArray<ExampleHelp> Examples { get; init; }

    /// <summary>Gets the parameters in the order of their names.</summary>
    public required ImmutableArray<ParameterHelp> Parameters { get; init; }

    /// <summary>Gets the names of the parameter sets, the default one first.</summary>
    public required ImmutableArray<string> Sets { get; init; }

    public required ImmutableArray<TypeHelp> Inputs { get; init; }

    public required ImmutableArray<TypeHelp> Outputs { get; init; }

    public required bool ShouldProcess { get; init; }
}

/// <summary>An example.</summary>
/// <param name="Code">The commands, one on a line.</param>
/// <param name="Text">What they do.</param>
internal sealed record ExampleHelp(string Code, string Text);

/// <summary>A type that goes in or comes out.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Text">What it is.</param>
internal sealed record TypeHelp(string Name, string Text);

/// <summary>A parameter.</summary>
internal sealed record ParameterHelp
{
    public required string Name { get; init; }

    /// <summary>Gets the type as PowerShell writes it.</summary>
    public required string Type { get; init; }

    public required string Text { get; init; }

    public required ImmutableArray<string> Aliases { get; init; }

    /// <summary>Gets what holds in each set; one entry without a name when the same holds in all.</summary>
    public required ImmutableArray<ParameterInSet> Sets { get; init; }

    public bool IsSwitch => Type == "SwitchParameter";

    public required bool Wildcards { get; init; }

    /// <summary>Gets the values that are possible, for enumerations.</summary>
    public ImmutableArray<string> Values { get; init; } = [];
}

/// <summary>What a parameter is in a parameter set.</summary>
/// <param name="Set">The set's name; empty for all.</param>
/// <param name="Mandatory">Whether it must be given.</param>
/// <param name="Position">Its position from 0; null when it must be named.</param>
/// <param name="ByValue">Whether the pipeline's objects are bound to it.</param>
/// <param name="ByPropertyName">Whether a property of theirs is.</param>
internal sealed record ParameterInSet(string Set, bool Mandatory, int? Position, bool ByValue, bool ByPropertyName);
