namespace Kadeploy.Cli.Help;

/// <summary>The parts of a command's manual that its options do not tell.</summary>
/// <param name="Synopsis">How it is called; one line for each form.</param>
/// <param name="Description">What it does, in paragraphs.</param>
/// <param name="Examples">At least one.</param>
/// <param name="SeeAlso">Related commands.</param>
internal sealed record ManualPage(
    IReadOnlyList<string> Synopsis, IReadOnlyList<string> Description, IReadOnlyList<ManualExample> Examples, IReadOnlyList<string> SeeAlso)
{
    /// <summary>Gets the environment variables that matter, with their meaning.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<(string Name, string Meaning)> Variables { get; init; } = [];
}

/// <summary>An example.</summary>
/// <param name="CommandLine">What is typed.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record ManualExample(string CommandLine, string Meaning);
