using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>The program that is the line to a node's console: it prints what comes and types what it reads.</summary>
internal sealed record ConsoleProgram
{
    /// <summary>Gets the program.</summary>
    public required ProcessCommand Command { get; init; }

    /// <summary>Gets what is done before each start, such as ending a session that was left behind.</summary>
    /// <value>Null for nothing.</value>
    public Func<CancellationToken, Task>? Prepare { get; init; }

    /// <summary>Gets how the program's first line begins, by which it says that the line is up, and which does not come from the node.</summary>
    /// <value>Empty when there is no such line: then the line is up when something has come, or when the program has lived for two seconds. With one, that takes
    /// thirty seconds, in which a program that cannot connect has ended.</value>
    public string Greeting { get; init; } = "";

    /// <summary>Gets what the program writes to standard error once the line is up; its greeting may come late, as programs keep back what they write into a pipe.</summary>
    /// <value>Empty when there is no such sign.</value>
    public string SignOfLife { get; init; } = "";

    /// <summary>Gets the character that means something to the program after a line's end, and itself when it is typed twice.</summary>
    /// <value>Null when there is none.</value>
    public byte? EscapeCharacter { get; init; }

    /// <summary>Gets what says in words why the program ended before the line was up.</summary>
    public Func<ImmutableArray<string>, string> Explain { get; init; } =
        static lines => lines.LastOrDefault(static line => !string.IsNullOrWhiteSpace(line)) ?? "the program gave no reason";
}
