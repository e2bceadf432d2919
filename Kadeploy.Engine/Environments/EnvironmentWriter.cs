using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Environments;

/// <summary>Writes descriptions of environments, which <see cref="EnvironmentReader"/> reads back as the same.</summary>
public static class EnvironmentWriter
{
    /// <summary>Writes descriptions.</summary>
    /// <param name="environments">The environments.</param>
    /// <param name="owners">Whether their owners are written too; Kadeploy 3 prints none.</param>
    /// <returns>YAML, one document for each.</returns>
    public static string Write(IEnumerable<KaEnvironment> environments, bool owners) =>
        string.Concat(environments.Select(environment => "---\n" + YamlWriter.Write(DescriptionTree.Of(environment, owners))));
}
