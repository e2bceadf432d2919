using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Custom operations that a script gives, in the place of a file.</summary>
internal static class ScriptedSteps
{
    // Macro-step, micro-step, place, operation, and the list of its arguments, with as much again to spare.
    private const string Writer = "param($table) ConvertTo-Json -InputObject $table -Depth 12 -Compress";

    /// <summary>Runs the script, on the thread of the pipeline.</summary>
    /// <param name="script">The script.</param>
    /// <param name="nodes">What <c>$_</c> is.</param>
    /// <param name="commands">Runs commands of PowerShell.</param>
    /// <returns>The tables that it gave, each as the text of a file.</returns>
    /// <exception cref="ConfigurationException">It gave something else, or nothing.</exception>
    public static ImmutableArray<string> Run(ScriptBlock script, ImmutableArray<NodeName> nodes, CommandInvocationIntrinsics commands)
    {
        var given = script.InvokeWithContext(null, [new PSVariable("_", nodes.Select(static node => node.Value).ToArray())]);
        var wrong = given.Where(static each => each?.BaseObject is not (IDictionary or PSCustomObject)).Select(static each => Strings.NoTableOfSteps(each?.BaseObject.GetType().Name ?? "$null"));
        if (given.Count == 0) wrong = [Strings.NoTableOfSteps("nothing")];
        if (wrong.Distinct().ToArray() is { Length: > 0 } problems) throw new ConfigurationException([.. problems]);
        return [.. given.Select(table => (string)commands.InvokeScript(Writer, useNewScope: true, writeToPipeline: System.Management.Automation.Runspaces.PipelineResultTypes.None, null, table)[0].BaseObject)];
    }
}
