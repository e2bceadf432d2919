using System.Globalization;
using System.Text;
using Kadeploy.PowerShell.Errors;

namespace Kadeploy.Help;

/// <summary>Writes about_Kadeploy_Errors from the table of faults.</summary>
internal static class ErrorsTopic
{
    private const int Width = 78;

    /// <summary>Writes the topic.</summary>
    /// <returns>The file's text.</returns>
    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("TOPIC\n    about_Kadeploy_Errors\n\nSHORT DESCRIPTION\n");
        Append(text, "    ", "What the codes of errors mean, which category PowerShell gives them, and what to do.");
        text.Append("\nLONG DESCRIPTION\n");
        Append(text, "    ", "Whatever goes wrong has a code, such as KA2104, that never changes its meaning. It is the beginning of the error's FullyQualifiedErrorId, the property Code of a node's "
            + "result and of its fault, and it stands in the journal. A node that failed is an error that does not end a command; its TargetObject is the node's result, and "
            + "ErrorDetails.RecommendedAction says what to do. A request that is wrong ends the command before anything is touched.");
        text.Append('\n');
        Append(text, "    ", "The first digits say where: KA1 the request, KA20 power, KA21 boot, KA22 disk, KA23 broadcast, KA24 post-install and boot loader, KA25 verification, KA3 the operation or "
            + "the engine, KA4 the store.");
        text.Append("\nCODES\n");
        foreach (var fault in FaultCodes.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {fault.Code}  {fault.Title}\n            {FaultCategories.Of(fault.Code)}\n");
            Append(text, "            ", PowerShellWording.Of(fault.SuggestedAction));
            text.Append('\n');
        }

        text.Append("EXAMPLES\n");
        foreach (var line in Examples) text.Append(line.Length == 0 ? "" : "    ").Append(line).Append('\n');
        text.Append("\nSEE ALSO\n    about_Kadeploy\n    Receive-KaDeployment\n");
        return text.ToString();
    }

    /// <summary>Gets the lines of the examples; those that begin with PS> are commands.</summary>
    internal static IReadOnlyList<string> Examples { get; } =
    [
        "Count failures by code:",
        "",
        "PS> $d = Get-KaDeployment -Last 1",
        "PS> $d | Receive-KaDeployment -ErrorAction Ignore | Group-Object Code",
        "",
        "Act on one kind of failure only:",
        "",
        "PS> $r = $d | Receive-KaDeployment -State Ko -ErrorAction Ignore",
        "PS> $r | Where-Object Code -EQ KA2104 | Format-List",
    ];

    private static void Append(StringBuilder text, string indent, string paragraph)
    {
        var line = new StringBuilder(indent);
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length > indent.Length && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(indent);
            }

            if (line.Length > indent.Length) line.Append(' ');
            line.Append(word);
        }

        text.Append(line).Append('\n');
    }
}
