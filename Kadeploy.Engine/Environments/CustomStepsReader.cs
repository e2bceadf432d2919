using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Environments;

/// <summary>Reads the operations that a user adds to the workflow of one deployment: a table of macro-steps, in it tables of micro-steps, in these
/// <c>pre-ops</c>, <c>post-ops</c>, <c>substitute</c> and <c>override</c>.</summary>
public static class CustomStepsReader
{
    /// <summary>Reads them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it is from, as for <see cref="EnvironmentReader.Read(string, string, string)"/>.</param>
    /// <returns>The operations in their order.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its line.</exception>
    public static ImmutableArray<CustomOperation> Read(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new ConfigProblems();
        return Read(text, DescribedFile.Of(source, problems), problems);
    }

    /// <summary>Reads those that do not stand in a file.</summary>
    /// <param name="text">What such a file would have.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="folder">The folder to which files that it names are relative.</param>
    /// <returns>The operations in their order.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its line.</exception>
    public static ImmutableArray<CustomOperation> Read(string text, string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new ConfigProblems();
        return Read(text, new SourceFileText(name, folder, problems), problems);
    }

    private static ImmutableArray<CustomOperation> Read(string text, SourceFileText file, ConfigProblems problems)
    {
        var section = file.Read(text);
        problems.ThrowIfAny();
        var operations = ImmutableArray.CreateBuilder<CustomOperation>();
        foreach (var macro in section!.AcceptAll())
        {
            if (!CustomOperationCheck.Targets(macro).Any())
                section.Problem(macro, $"is neither a macro-step nor an instance{NearestName.SuggestionOrList(macro, PlanNames.MacroStepsAndInstances, Enum.GetNames<MacroStep>())}");
            if (section.Table(macro) is { } steps) operations.AddRange(Steps(steps, macro));
        }

        problems.ThrowIfAny();
        return operations.ToImmutable();
    }

    private static IEnumerable<CustomOperation> Steps(Section section, string target)
    {
        foreach (var key in section.AcceptAll())
        {
            var name = CustomOperationReader.StepName(key, problem => section.Problem(key, problem));
            if (section.Table(key) is not { } step) continue;
            var replaces = step.Flag("override") ?? false;
            foreach (var operation in CustomOperationReader.Read(step, target, name ?? default, exist: false)) yield return operation with { Override = replaces };
            step.End();
        }
    }
}
