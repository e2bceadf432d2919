namespace Kadeploy.Help;

/// <summary>Writes how a cmdlet is called.</summary>
internal static class SyntaxWriter
{
    /// <summary>Writes one parameter set on one line.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="set">The set.</param>
    /// <returns>For example <c>Get-KaDeployment [-Last &lt;Int32&gt;] [&lt;CommonParameters&gt;]</c>.</returns>
    public static string Line(CmdletHelp cmdlet, string set) =>
        string.Join(' ', In(cmdlet, set).Select(static each => Word(each.Parameter, each.Place)).Prepend(cmdlet.Name)
            .Concat(cmdlet.ShouldProcess ? ["[-WhatIf]", "[-Confirm]"] : []).Append("[<CommonParameters>]"));

    /// <summary>Lists the parameters of a set: those with a position, then those that must be given, then the others.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="set">The set.</param>
    /// <returns>The parameters, each with what it is in the set.</returns>
    public static IEnumerable<(ParameterHelp Parameter, ParameterInSet Place)> In(CmdletHelp cmdlet, string set) =>
        cmdlet.Parameters.Select(parameter => (Parameter: parameter, Place: parameter.Sets.FirstOrDefault(each => each.Set.Length == 0 || each.Set == set)))
            .Where(static each => each.Place is not null).Select(static each => (each.Parameter, each.Place!))
            .OrderBy(static each => each.Item2.Position ?? int.MaxValue).ThenBy(static each => !each.Item2.Mandatory);

    private static string Word(ParameterHelp parameter, ParameterInSet place)
    {
        var name = $"-{parameter.Name}";
        if (place.Position is not null) name = $"[{name}]";
        var whole = parameter.IsSwitch ? name : $"{name} <{parameter.Type}>";
        return place.Mandatory ? whole : $"[{whole}]";
    }
}
