using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Environments;

/// <summary>Reads descriptions of environments as Kadeploy 3 has them. <c>docs/environments.md</c> says what each field does here.</summary>
public static class EnvironmentReader
{
    /// <summary>Reads a description.</summary>
    /// <param name="text">The text, YAML or JSON.</param>
    /// <param name="source">Where it is from: a path, an address of http or https, or "-" for standard input. Files that it names by relative paths
    /// are beside it; those of standard input are in the current folder.</param>
    /// <param name="user">Who owns it when it does not say.</param>
    /// <returns>The environment; its image and archives have full addresses of file, http or https.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its line and field.</exception>
    public static KaEnvironment Read(string text, string source, string user)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new ConfigProblems();
        var section = DescribedFile.Of(source, problems).Read(text);
        problems.ThrowIfAny();
        var environment = EnvironmentFields.Read(section!, user);
        problems.ThrowIfAny();
        return environment;
    }

    /// <summary>Reads descriptions, one from each document of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">As for <see cref="Read(string, string, string)"/>.</param>
    /// <param name="user">Who owns those that do not say.</param>
    /// <returns>The environments in their order, at least one; no two have the same name, version and owner.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its line and field.</exception>
    public static ImmutableArray<KaEnvironment> ReadAll(string text, string source, string user)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new ConfigProblems();
        var places = new Dictionary<(string, int, string), int>();
        var environments = ImmutableArray.CreateBuilder<KaEnvironment>();
        foreach (var section in DescribedFile.Of(source, problems).ReadAll(text))
        {
            var environment = EnvironmentFields.Read(section, user);
            environments.Add(environment);
            if (places.TryAdd((environment.Name, environment.Version, environment.User), section.Line) || environment.Name.Length == 0) continue;
            section.Source.Problem(
                section.Line,
                $"{Quoted.Text(environment.ToString())} is there a second time; the first begins in line {places[(environment.Name, environment.Version, environment.User)]}");
        }

        problems.ThrowIfAny();
        return environments.ToImmutable();
    }

    /// <summary>Reads what a program has put together.</summary>
    /// <param name="table">The description.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="user">Who owns it when it does not say.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed with its field.</exception>
    internal static KaEnvironment Read(YamlTable table, string name, string user)
    {
        var problems = new ConfigProblems();
        var environment = EnvironmentFields.Read(new(new(Quoted.Text(name), null, problems), table, ""), user);
        problems.ThrowIfAny();
        return environment;
    }
}
