namespace Kadeploy.Cli.Engines;

/// <summary>The catalogs of a state directory, without an engine; <see cref="Kadeploy.Engine.EngineHost"/> documents them.</summary>
internal interface ICatalogSession : IAsyncDisposable
{
    ICatalogs Catalogs { get; }
}
