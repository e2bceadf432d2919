using Kadeploy.PowerShell.Cmdlets;

namespace Kadeploy.Help;

/// <summary>Makes every file of help that is not written by hand.</summary>
internal static class HelpFiles
{
    /// <summary>Reads all cmdlets.</summary>
    /// <returns>Their help.</returns>
    public static IReadOnlyList<CmdletHelp> ReadCmdlets()
    {
        var reader = new CmdletReader(new(typeof(StartKaDeployment).Assembly, typeof(Node).Assembly));
        return [.. CmdletReader.Find(typeof(StartKaDeployment).Assembly).Select(reader.Read).OrderBy(static each => each.Noun, StringComparer.Ordinal).ThenBy(static each => each.Verb, StringComparer.Ordinal)];
    }

    /// <summary>Makes the files.</summary>
    /// <returns>Paths from the repository's root, with '/', and texts.</returns>
    public static IReadOnlyDictionary<string, string> Make()
    {
        var cmdlets = ReadCmdlets();
        var files = cmdlets.ToDictionary(static each => $"docs/cmdlets/{each.Name}.md", each => MarkdownWriter.Write(each, cmdlets));
        files.Add("en-US/Kadeploy.PowerShell.dll-Help.xml", MamlWriter.Write(cmdlets));
        files.Add("en-US/about_Kadeploy_Errors.help.txt", ErrorsTopic.Write());
        return files;
    }
}
