namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Gathers everything that is wrong with files, so that all of it is reported at once, in the order of the lines.</summary>
internal sealed class ConfigProblems
{
    /// <summary>More are of no use to anybody, and a hostile file could make millions.</summary>
    private const int Most = 100;

    private readonly List<(int File, int Line, string Text)> _all = [];
    private readonly List<string> _files = [];
    private readonly HashSet<string> _known = [];
    private int _more;

    /// <summary>Gets how many there are.</summary>
    public int Count => _all.Count + _more;

    /// <summary>Adds one, unless the same has been said.</summary>
    /// <param name="file">The file; empty for what stands in none.</param>
    /// <param name="line">The line from 1, or 0 for the file as a whole.</param>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    public void Add(string file, int line, string problem)
    {
        if (!_files.Contains(file)) _files.Add(file);
        var text = file.Length == 0 ? problem : line > 0 ? $"{file}:{line}: {problem}" : $"{file}: {problem}";
        if (_known.Contains(text)) return;
        if (_all.Count == Most)
        {
            _more++;
            return;
        }

        _known.Add(text);
        _all.Add((_files.IndexOf(file), line, text));
    }

    /// <summary>Refuses the files if anything is wrong.</summary>
    /// <exception cref="ConfigurationException">Something is.</exception>
    public void ThrowIfAny()
    {
        if (_all.Count == 0) return;
        var texts = _all.OrderBy(static problem => (problem.File, problem.Line)).Select(static problem => problem.Text);
        throw new ConfigurationException(_more > 0 ? [.. texts, $"and {_more} further problems"] : [.. texts]);
    }
}
