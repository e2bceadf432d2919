using Kadeploy.Engine.Configuration.Reading;

namespace Kadeploy.Engine.Environments;

/// <summary>Knows where a description is from, and so where the files are that it names.</summary>
internal static class DescribedFile
{
    /// <summary>Begins to read a description.</summary>
    /// <param name="source">A path, an address of http or https, or "-" for standard input.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The file.</returns>
    public static SourceFileText Of(string source, ConfigProblems problems)
    {
        if (source == "-") return new("standard input", Environment.CurrentDirectory, problems);
        if (Uri.TryCreate(source, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https"))
            return new(source, null, problems) { Address = address };
        return new(source, Path.GetDirectoryName(Path.GetFullPath(source)), problems);
    }
}
