using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Processes;

/// <summary>A program to run, as an argument vector: no shell ever reads it.</summary>
internal sealed record ProcessCommand
{
    /// <summary>Gets the program: a path, or a name that is looked up in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>Gets the arguments, in order, without the program itself.</summary>
    public ImmutableArray<ProcessArgument> Arguments { get; init; } = [];

    /// <summary>Gets what is added to the environment; null takes a variable out of it. Values are never printed.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Gets what the program reads from its standard input, which is closed afterwards; null for nothing.</summary>
    public string? Input { get; init; }

    /// <summary>Gets how many of the last lines of each output are kept.</summary>
    /// <value>The default is 50.</value>
    public int KeptLines { get; init; } = 50;

    /// <summary>Gives the command as one would type it, for messages.</summary>
    /// <returns>Program and arguments; secret arguments are <c>***</c>.</returns>
    public override string ToString() => Arguments.IsEmpty ? Program : $"{Program} {string.Join(' ', Arguments)}";
}

/// <summary>One argument of a program.</summary>
/// <param name="Value">The argument.</param>
/// <param name="IsSecret">Whether it may not be printed. It is still seen in the list of processes while the program runs: pass secrets by
/// the environment or a file where the program can read them from there.</param>
internal readonly record struct ProcessArgument(string Value, bool IsSecret = false)
{
    public static implicit operator ProcessArgument(string value) => new(value);

    public override string ToString()
    {
        if (IsSecret) return "***";
        return Value.Length == 0 || Value.AsSpan().ContainsAny(" \t\n'\"") ? $"'{Value.ReplaceLineEndings("\\n")}'" : Value;
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitStatus">Its exit status; 128 and the signal's number when a signal ended it.</param>
/// <param name="Output">The last lines of its standard output.</param>
/// <param name="Errors">The last lines of its standard error.</param>
internal sealed record ProcessOutcome(int ExitStatus, ImmutableArray<string> Output, ImmutableArray<string> Errors)
{
    /// <summary>Gets the last lines of both, for faults.</summary>
    public ImmutableArray<string> Evidence => [.. Output, .. Errors];
}
