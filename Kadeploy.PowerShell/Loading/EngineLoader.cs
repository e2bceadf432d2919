using System.Collections.Immutable;

namespace Kadeploy.PowerShell.Loading;

/// <summary>Loads the engine when it is needed first, and lets go of it when the module is removed.</summary>
internal static class EngineLoader
{
    private const string FactoryType = "Kadeploy.Engine.Sessions.LocalSessions";

    private static readonly Lock Gate = new();
    private static ISessionFactory? _sessions;

    /// <summary>Gets the place where sessions come from.</summary>
    public static ISessionFactory Sessions
    {
        get
        {
            lock (Gate) return _sessions ??= Load();
        }
    }

    /// <summary>Gets the unfinished operations that run in this process.</summary>
    public static ImmutableArray<OperationId> Running
    {
        get
        {
            lock (Gate) return _sessions?.Running ?? [];
        }
    }

    /// <summary>Puts the defaults where a session has none.</summary>
    /// <param name="session">The session.</param>
    /// <returns>The same session with nothing null that has a default.</returns>
    public static KaSession Complete(KaSession session) => Sessions.Complete(session);

    /// <summary>Says whether an operation runs in this process.</summary>
    /// <param name="id">The operation.</param>
    /// <returns>Whether it does.</returns>
    public static bool RunsHere(OperationId id) => Running.Contains(id);

    /// <summary>Suspends what runs in this process; it can be resumed.</summary>
    /// <returns>A task.</returns>
    public static async Task CloseAsync()
    {
        ISessionFactory? sessions;
        lock (Gate) (sessions, _sessions) = (_sessions, null);
        if (sessions is not null) await sessions.DisposeAsync().ConfigureAwait(false);
    }

    private static ISessionFactory Load()
    {
        var folder = Path.GetDirectoryName(typeof(EngineLoader).Assembly.Location)!;
        var engine = Path.Combine(folder, "engine", "Kadeploy.Engine.dll");
        if (!File.Exists(engine)) throw new ConfigurationException($"the module in {folder} is not complete: {engine} is missing; install it again");
        var type = new EngineContext(engine).LoadFromAssemblyPath(engine).GetType(FactoryType, throwOnError: true)!;
        return (ISessionFactory)Activator.CreateInstance(type)!;
    }
}
