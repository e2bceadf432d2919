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
    /// <returns>The administrators; null for the usual ones, when the configuration names none or is not there.</returns>
    public static IReadOnlyCollection<string>? Administrators(KaSession settings) =>
        File.Exists(settings.Configuration) ? SiteReader.ReadServer(settings.Configuration).Administrators : null;

    /// <summary>Reads the configuration, and what the state directory adds to it.</summary>
    /// <param name="settings">A session without nulls.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The whole site.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with it, or it is not there.</exception>
    public static Task<Site> ReadWholeAsync(KaSession settings, CancellationToken cancellationToken) =>
        EngineHost.JoinSiteAsync(Read(settings), settings.StateDirectory!, cancellationToken);

    /// <summary>Reads what catalogues need to know; no secrets.</summary>
    /// <param name="settings">A session without nulls.</param>
    /// <returns>The options; the usual ones when there is no configuration.</returns>
    public static EngineOptions CatalogOptions(KaSession settings) => new()
    {
        StateDirectory = settings.StateDirectory!,
        Site = File.Exists(settings.Configuration) ? SiteReader.ReadOutline(settings.Configuration) : null,
    };
}
