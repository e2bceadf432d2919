using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Sessions;

/// <summary>Reads the configuration of a session.</summary>
internal static class LocalSite
{
    /// <summary>Reads it.</summary>
    /// <param name="settings">A session without nulls.</param>
    /// <returns>The site.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with it, or it is not there.</exception>
    public static Site Read(KaSession settings)
    {
        if (File.Exists(settings.Configuration)) return SiteReader.Read(settings.Configuration);
        throw new ConfigurationException(
            $"there is no configuration '{settings.Configuration}': name the file, or set the variable {SiteReader.Variable} (docs/configuration.md describes it)");
    }

    /// <summary>Reads who may do everything.</summary>
    /// <param name="settings">A session without nulls.</param>
    /// <returns>The administrators; the usual ones when there is no configuration.</returns>
    public static IReadOnlyCollection<string> Administrators(KaSession settings) => CatalogOptions(settings).Administrators;

    /// <summary>Reads what catalogues need to know; neither clusters nor secrets.</summary>
    /// <param name="settings">A session without nulls.</param>
    /// <returns>The options; the usual ones when there is no configuration.</returns>
    public static EngineOptions CatalogOptions(KaSession settings)
    {
        var server = File.Exists(settings.Configuration) ? SiteReader.ReadServer(settings.Configuration) : new ServerSettings { Address = "" };
        return new() { StateDirectory = settings.StateDirectory!, Administrators = server.Administrators, Files = server.Files };
    }
}
