using System.Reflection;
using System.Runtime.Loader;

namespace Kadeploy.PowerShell.Loading;

/// <summary>Holds the engine, or the builder of deployment environments, with its packages apart from PowerShell and from other modules, which may bring other versions of the same packages.</summary>
/// <remarks>Only the contracts are shared, so that what the engine makes is what scripts and cmdlets know.</remarks>
internal sealed class EngineContext : AssemblyLoadContext
{
    private static readonly Assembly Contracts = typeof(Node).Assembly;

    private readonly AssemblyDependencyResolver _resolver;

    /// <summary>Makes the context.</summary>
    /// <param name="assembly">The assembly; its packages lie beside it, as they were published.</param>
    public EngineContext(string assembly)
        : base(Path.GetFileNameWithoutExtension(assembly)) => _resolver = new(assembly);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Contracts.GetName().Name) return Contracts;
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
