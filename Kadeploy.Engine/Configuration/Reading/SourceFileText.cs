using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>A file that is being read.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="folder">The folder to which relative paths in it are relative; null when there is none.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class SourceFileText(string name, string? folder, ConfigProblems problems)
{
    /// <summary>Gets what messages call it.</summary>
    public string Name => name;

    /// <summary>Gets the address from which the text came.</summary>
    /// <value>Null for a file; otherwise relative paths in it are relative to that address.</value>
    public Uri? Address { get; init; }

    /// <summary>Gets what reads a variable of the process.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Gets a value indicating whether files that are named have to be there, and passwords are read.</summary>
    /// <value>False for who only wants to know what is defined; the default is true.</value>
    public bool LooksAtFiles { get; init; } = true;

    /// <summary>Gets what is told each path of a file of this machine, with the value that holds it.</summary>
    public Action<YamlValue, string>? PathFound { get; init; }

    /// <summary>Gets what is told the path of each key that is asked for.</summary>
    public Action<string>? KeyAsked { get; init; }

    /// <summary>Reads a file from the disk.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The text; null when it cannot be read.</returns>
    public static string? Load(string path, Action<string> problems)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length <= YamlReader.LongestText) return File.ReadAllText(path);
            problems($"the file '{Quoted.Text(path)}' has {length} bytes; at most {YamlReader.LongestText} are read");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            problems($"there is no file '{Quoted.Text(path)}'");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems($"the file '{Quoted.Text(path)}' cannot be read: {failure.Message}");
        }

        return null;
    }

    /// <summary>Reads the text as a table.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The table; null when it is none, which was told.</returns>
    public Section? Read(string text)
    {
        var value = YamlReader.Read(text, Problem);
        if (value is YamlTable table) return new(this, table, "");
        if (value is not null) Problem(value.Line, $"keys are expected here, not {value.What}");
        else if (problems.Count == 0) problems.Add(name, 0, "the file is empty");
        return null;
    }

    /// <summary>Reads the text as tables, one for each document.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tables; what is none was told.</returns>
    public IReadOnlyList<Section> ReadAll(string text)
    {
        var sections = new List<Section>();
        if (YamlReader.ReadAll(text, Problem) is not { } documents) return sections;
        foreach (var document in documents)
        {
            if (document is YamlTable table) sections.Add(new(this, table, ""));
            else Problem(document.Line, $"keys are expected here, not {document.What}");
        }

        if (documents.IsEmpty && problems.Count == 0) problems.Add(name, 0, "the file is empty");
        return sections;
    }

    /// <summary>Adds a problem.</summary>
    /// <param name="line">The line from 1.</param>
    /// <param name="problem">What is wrong.</param>
    public void Problem(int line, string problem) => problems.Add(name, line, problem);

    /// <summary>Makes a path full.</summary>
    /// <param name="path">A path, relative to the folder of this file or full.</param>
    /// <returns>The full path; null when it is none.</returns>
    public string? FullPath(string path)
    {
        if (path.Length == 0 || path.Contains('\0') || (folder is null && !Path.IsPathFullyQualified(path))) return null;
        return Path.GetFullPath(path, folder ?? Path.GetPathRoot(path)!);
    }
}
