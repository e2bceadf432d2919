using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Kadeploy.Help;

/// <summary>Writes the help that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly ParameterHelp WhatIf = Risk("WhatIf", "Shows what would be done, and does nothing.", "wi");
    private static readonly ParameterHelp Confirm = Risk("Confirm", "Asks before anything is done.", "cf");

    /// <summary>Writes the help of a module.</summary>
    /// <param name="cmdlets">Its cmdlets.</param>
    /// <returns>The file's text.</returns>
    public static string Write(IReadOnlyList<CmdletHelp> cmdlets)
    {
        var root = new XElement(Items + "helpItems", new XAttribute("schema", "maml"), new XAttribute("xmlns", Items.NamespaceName), cmdlets.Select(each => Of(each, cmdlets)));
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        return text.Append(root.ToString().Replace("\r\n", "\n", StringComparison.Ordinal)).Append('\n').ToString();
    }

    private static XElement Of(CmdletHelp cmdlet, IReadOnlyList<CmdletHelp> all) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml.NamespaceName), new XAttribute(XNamespace.Xmlns + "command", Command.NamespaceName), new XAttribute(XNamespace.Xmlns + "dev", Dev.NamespaceName),
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name), new XElement(Command + "verb", cmdlet.Verb), new XElement(Command + "noun", cmdlet.Noun), Paragraphs("description", [cmdlet.Synopsis])),
        Paragraphs("description", cmdlet.Description),
        new XElement(Command + "syntax", cmdlet.Sets.Select(set => new XElement(
            Command + "syntaxItem", new XElement(Maml + "name", cmdlet.Name),
            SyntaxWriter.In(cmdlet, set).Concat(Risks(cmdlet).Select(static each => (Parameter: each, Place: each.Sets[0]))).Select(static each => Parameter(each.Parameter, each.Place))))),
        new XElement(Command + "parameters", cmdlet.Parameters.Concat(Risks(cmdlet)).Select(static each => Parameter(each, each.Sets[0]))),
        new XElement(Command + "inputTypes", cmdlet.Inputs.Select(static each => Type("inputType", each))),
        new XElement(Command + "returnValues", cmdlet.Outputs.Select(static each => Type("returnValue", each))),
        new XElement(Command + "examples", cmdlet.Examples.Select(static (each, i) => new XElement(
            Command + "example",
            new XElement(Maml + "title", string.Create(CultureInfo.InvariantCulture, $"-------------------------- Example {i + 1} --------------------------")),
            new XElement(Dev + "code", each.Code), new XElement(Dev + "remarks", new XElement(Maml + "para", each.Text))))),
        new XElement(Command + "relatedLinks", RelatedLinks.Of(cmdlet, all).Select(static each => new XElement(Maml + "navigationLink", new XElement(Maml + "linkText", each), new XElement(Maml + "uri")))));

    private static IEnumerable<ParameterHelp> Risks(CmdletHelp cmdlet) => cmdlet.ShouldProcess ? [WhatIf, Confirm] : [];

    private static XElement Parameter(ParameterHelp parameter, ParameterInSet place)
    {
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", place.Mandatory ? "true" : "false"), new XAttribute("variableLength", "true"), new XAttribute("globbing", parameter.Wildcards ? "true" : "false"),
            new XAttribute("pipelineInput", Pipeline(place)), new XAttribute("position", place.Position is { } position ? position.ToString(CultureInfo.InvariantCulture) : "named"),
            new XAttribute("aliases", parameter.Aliases.IsEmpty ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name), Paragraphs("description", [parameter.Text]));
        if (!parameter.Values.IsEmpty)
            element.Add(new XElement(Command + "parameterValueGroup", parameter.Values.Select(static each => new XElement(
                Command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), each))));
        if (!parameter.IsSwitch) element.Add(new XElement(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", "false"), parameter.Type));
        element.Add(new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type), new XElement(Maml + "uri")), new XElement(Dev + "defaultValue", parameter.IsSwitch ? "False" : "None"));
        return element;
    }

    /// <summary>Says how a parameter gets values from the pipeline.</summary>
    internal static string Pipeline(ParameterInSet place) => (place.ByValue, place.ByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static XElement Paragraphs(string name, ImmutableArray<string> paragraphs) => new(Maml + name, paragraphs.Select(static each => new XElement(Maml + "para", each)));

    private static XElement Type(string name, TypeHelp type) => new(
        Command + name, new XElement(Dev + "type", new XElement(Maml + "name", type.Name)), Paragraphs("description", [type.Text]));

    private static ParameterHelp Risk(string name, string text, string alias) => new()
    {
        Name = name, Type = "SwitchParameter", Text = text, Aliases = [alias], Sets = [new("", false, null, false, false)], Wildcards = false,
    };
}
