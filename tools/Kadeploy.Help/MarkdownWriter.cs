using System.Globalization;
using System.Text;

namespace Kadeploy.Help;

/// <summary>Writes help in the format of PlatyPS (schema 2.0.0).</summary>
internal static class MarkdownWriter
{
    /// <summary>Writes the page of a cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="all">All cmdlets.</param>
    /// <returns>The file's text.</returns>
    public static string Write(CmdletHelp cmdlet, IReadOnlyList<CmdletHelp> all)
    {
        var text = new StringBuilder();
        Add(text, "---", "external help file: Kadeploy.PowerShell.dll-Help.xml", "Module Name: Kadeploy", "online version:", "schema: 2.0.0", "---", "", $"# {cmdlet.Name}", "", "## SYNOPSIS", cmdlet.Synopsis, "", "## SYNTAX", "");
        foreach (var set in cmdlet.Sets)
        {
            if (set.Length > 0) Add(text, $"### {set}{(set == cmdlet.Sets[0] ? " (Default)" : "")}");
            Add(text, "```", SyntaxWriter.Line(cmdlet, set), "```", "");
        }

        Add(text, "## DESCRIPTION");
        foreach (var paragraph in cmdlet.Description) Add(text, Escaped(paragraph), "");
        Add(text, "## EXAMPLES", "");
        for (var i = 0; i < cmdlet.Examples.Length; i++)
            Add(text, string.Create(CultureInfo.InvariantCulture, $"### Example {i + 1}"), "```powershell", cmdlet.Examples[i].Code, "```", "", Escaped(cmdlet.Examples[i].Text), "");
        Add(text, "## PARAMETERS", "");
        foreach (var parameter in cmdlet.Parameters) AddParameter(text, parameter);
        if (cmdlet.ShouldProcess)
        {
            AddRisk(text, "Confirm", "Asks before anything is done.", "cf");
            AddRisk(text, "WhatIf", "Shows what would be done, and does nothing.", "wi");
        }

        Add(text, "### CommonParameters",
            "This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable, -InformationAction, -InformationVariable, -OutVariable, -OutBuffer, -PipelineVariable, "
            + "-ProgressAction, -Verbose, -WarningAction, and -WarningVariable. For more information, see [about_CommonParameters](http://go.microsoft.com/fwlink/?LinkID=113216).", "");
        AddTypes(text, "INPUTS", cmdlet.Inputs);
        AddTypes(text, "OUTPUTS", cmdlet.Outputs);
        Add(text, "## NOTES", "", "## RELATED LINKS", "");
        foreach (var link in RelatedLinks.Of(cmdlet, all))
            Add(text, link.StartsWith("about_", StringComparison.Ordinal) ? $"[{link}](../../en-US/{link}.help.txt)" : $"[{link}]({link}.md)", "");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void AddParameter(StringBuilder text, ParameterHelp parameter)
    {
        Add(text, $"### -{parameter.Name}", Escaped(parameter.Text), "");
        foreach (var place in parameter.Sets)
        {
            Add(text, "```yaml", $"Type: {parameter.Type}", $"Parameter Sets: {(place.Set.Length == 0 ? "(All)" : place.Set)}", $"Aliases: {string.Join(", ", parameter.Aliases)}".TrimEnd());
            if (!parameter.Values.IsEmpty) Add(text, $"Accepted values: {string.Join(", ", parameter.Values)}");
            Add(text, "", $"Required: {place.Mandatory}", $"Position: {(place.Position is { } position ? position.ToString(CultureInfo.InvariantCulture) : "Named")}",
                $"Default value: {(parameter.IsSwitch ? "False" : "None")}", $"Accept pipeline input: {MamlWriter.Pipeline(place)}", $"Accept wildcard characters: {parameter.Wildcards}", "```", "");
        }
    }

    private static void AddRisk(StringBuilder text, string name, string what, string alias) => Add(
        text, $"### -{name}", what, "", "```yaml", "Type: SwitchParameter", "Parameter Sets: (All)", $"Aliases: {alias}", "", "Required: False", "Position: Named", "Default value: None",
        "Accept pipeline input: False", "Accept wildcard characters: False", "```", "");

    private static void AddTypes(StringBuilder text, string heading, IEnumerable<TypeHelp> types)
    {
        Add(text, $"## {heading}", "");
        foreach (var type in types) Add(text, $"### {type.Name}", Escaped(type.Text), "");
    }

    // What Markdown would take for something else.
    private static string Escaped(string text) => text.Replace("*.", "\\*.", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal);

    private static void Add(StringBuilder text, params IEnumerable<string> lines)
    {
        foreach (var line in lines) text.Append(line).Append('\n');
    }
}
