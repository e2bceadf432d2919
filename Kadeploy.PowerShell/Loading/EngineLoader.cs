using System.Collections.Immutable;

namespace Kadeploy.PowerShell.Loading;

/// <summary>Loads the engine when it is needed first, and lets go of it when the module is removed.</summary>
internal static class EngineLoader
{
    private const string FactoryType = "Kadeploy.Engine.Sessions.LocalSessions";
    private const string MinirootType = "Kadeploy.Miniroot.LocalMinirootBuilder";

    private static readonly Lock Gate = new();
    private static readonly Lazy<IMinirootBuilder> Builder = new(static () => (IMinirootBuilder)Load("miniroot", "Kadeploy.Miniroot", MinirootType));
    private static ISessionFactory? _sessions;

    /// <summary>Gets the place where sessions come from.</summary>
    public static ISessionFactory Sessions
    {
        get
        {
            lock (Gate) return _sessions ??= (ISessionFactory)Load("engine", "Kadeploy.Engine", FactoryType);
        }
    }

    /// <summary>Gets what builds deployment environments.</summary>
    public static IMinirootBuilder Miniroot => Builder.Value;

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

    private static object Load(string part, string assembly, string typeName)
    {
        var folder = Path.GetDirectoryName(typeof(EngineLoader).Assembly.Location)!;
        var file = Path.Combine(folder, part, assembly + ".dll");
        if (!File.Exists(file)) throw new ConfigurationException($"the module in {folder} is not complete: {file} is missing; install it again");
        var type = new EngineContext(file).LoadFromAssemblyPath(file).GetType(typeName, throwOnError: true)!;
        return Activator.CreateInstance(type)!;
    }
}
