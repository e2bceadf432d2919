namespace Kadeploy.Engine.Planning;

/// <summary>Gathers everything that is wrong with a request, so that all of it is reported at once.</summary>
internal sealed class Problems
{
    private readonly List<string> _all = [];

    /// <summary>Gets how many there are.</summary>
    public int Count => _all.Count;

    /// <summary>Adds one, unless the same has been said.</summary>
    /// <param name="problem">What is wrong with what, and what is allowed.</param>
    public void Add(string problem)
    {
        if (!_all.Contains(problem)) _all.Add(problem);
    }

    /// <summary>Refuses the request if anything is wrong.</summary>
    /// <exception cref="ConfigurationException">Something is.</exception>
    public void ThrowIfAny()
    {
        if (_all.Count > 0) throw new ConfigurationException([.. _all]);
    }
}
