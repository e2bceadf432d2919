namespace Kadeploy.Help;

/// <summary>Says what to read next.</summary>
internal static class RelatedLinks
{
    /// <summary>Names the other cmdlets of the same noun, the session, and the topic about all of it.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="all">All cmdlets.</param>
    /// <returns>The names.</returns>
    public static IEnumerable<string> Of(CmdletHelp cmdlet, IReadOnlyList<CmdletHelp> all) =>
        all.Where(each => each.Noun == cmdlet.Noun && each.Name != cmdlet.Name).Select(static each => each.Name)
            .Concat(cmdlet.Noun == "KaSession" ? [] : ["Set-KaSession"]).Append("about_Kadeploy");
}
