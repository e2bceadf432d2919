using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Opens sessions: of engines in this process, or of a server.</summary>
/// <remarks>Safe for use by many callers at once. Disposing it suspends what runs in this process; it can be resumed.</remarks>
public interface ISessionFactory : IAsyncDisposable
{
    /// <summary>Opens a session; nothing is started before something is to run.</summary>
    /// <param name="settings">What to work with; what is null gets its default.</param>
    /// <returns>The session; dispose it.</returns>
    ISession Open(KaSession settings);

    /// <summary>Puts the defaults where a session has none.</summary>
    /// <param name="settings">What to work with.</param>
    /// <returns>The same with nothing null that has a default.</returns>
    KaSession Complete(KaSession settings);

    /// <summary>Gets the unfinished operations that engines in this process run.</summary>
    ImmutableArray<OperationId> Running { get; }
}

/// <summary>Everything that a front end asks for: the engine, and what engines do not do.</summary>
/// <remarks>
/// Safe for use by many callers at once. Operations that were begun through it go on after it is disposed, until its factory is, or the process ends.
/// Exceptions of all members: <see cref="ConfigurationException"/> when a file is wrong or missing, <see cref="StoreException"/> when the state
/// cannot be used.
/// </remarks>
public interface ISession : IAsyncDisposable
{
    /// <summary>Gets what the session works with; nothing in it that has a default is null.</summary>
    KaSession Settings { get; }

    /// <summary>Gets the user on whose behalf everything is asked.</summary>
    string User { get; }

    /// <summary>Gets the operations. Reading, cancelling and listing reach every operation of the state, wherever it runs, and start no engine.</summary>
    IOperations Operations { get; }

    /// <summary>Gets what was kept of consoles; reading it starts no engine.</summary>
    IConsoleLogs ConsoleLogs { get; }

    /// <summary>Opens what is kept beside operations; no engine is started.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The catalogues, which belong to the session.</returns>
    ValueTask<ICatalogs> OpenCatalogsAsync(CancellationToken cancellationToken);

    /// <summary>Finds an operation.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operation, or null.</returns>
    Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Finds an operation's plan.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plan, or null.</returns>
    Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Says whether a living engine runs an operation, here or elsewhere; one that nobody runs can be resumed.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False also when the operation has ended or is not there.</returns>
    Task<bool> IsRunAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Finds the environment that is meant by a name.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environment. Simulated nodes take an environment of any name when the catalogue has none.</returns>
    Task<KaEnvironment> FindEnvironmentAsync(EnvironmentSelection selection, CancellationToken cancellationToken);

    /// <summary>Reads the description of an environment.</summary>
    /// <param name="source">A full path, or an address of http or https.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environment.</returns>
    Task<KaEnvironment> ReadEnvironmentAsync(string source, CancellationToken cancellationToken);

    /// <summary>Reads descriptions of environments.</summary>
    /// <param name="source">A full path, or an address of http or https.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environments in the order of the documents, at least one.</returns>
    Task<ImmutableArray<KaEnvironment>> ReadEnvironmentsAsync(string source, CancellationToken cancellationToken);

    /// <summary>Reads a file of custom operations.</summary>
    /// <param name="source">A full path, or an address of http or https.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operations.</returns>
    Task<ImmutableArray<CustomOperation>> ReadCustomOperationsAsync(string source, CancellationToken cancellationToken);

    /// <summary>Reads custom operations that do not stand in a file.</summary>
    /// <param name="text">What such a file would have.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="folder">The full path of the folder to which files that it names are relative.</param>
    /// <returns>The operations.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed.</exception>
    ImmutableArray<CustomOperation> ReadCustomOperations(string text, string name, string folder);

    /// <summary>Reads a list of public keys.</summary>
    /// <param name="source">A full path, or an address of http or https.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The list, in the format of <c>authorized_keys</c>.</returns>
    Task<string> ReadKeysAsync(string source, CancellationToken cancellationToken);

    /// <summary>Lists the nodes that are known.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The nodes of the configuration; none of a simulated cluster, which has a node of any name.</returns>
    Task<ImmutableArray<Node>> ListNodesAsync(CancellationToken cancellationToken);

    /// <summary>Lists the names that workflows are made of.</summary>
    /// <returns>For each macro-step its instances and their micro-steps.</returns>
    ImmutableArray<KnownInstance> ListInstances();

    /// <summary>Asks machines and files whether a plan can succeed; nothing is changed.</summary>
    /// <param name="plan">A plan of this session.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <returns>What was found, as it is found.</returns>
    IAsyncEnumerable<PlanCheck> CheckAsync(OperationPlan plan, CancellationToken cancellationToken);

    /// <summary>Foretells how long a plan takes.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The time from its beginning until its last node ends; null when nobody knows.</returns>
    TimeSpan? Forecast(OperationPlan plan);
}

/// <summary>An implementation of a macro-step that may be named in workflows and breakpoints.</summary>
/// <param name="MacroStep">The macro-step.</param>
/// <param name="Name">Its full name.</param>
/// <param name="MicroSteps">Its micro-steps in their order.</param>
public sealed record KnownInstance(MacroStep MacroStep, InstanceName Name, ImmutableArray<MicroStepName> MicroSteps);
