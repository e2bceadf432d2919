using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Rights;

namespace Kadeploy.Engine;

/// <summary>What an engine is made of; the host and tests put it together.</summary>
internal sealed record EngineSetup
{
    /// <summary>Gets the store.</summary>
    public required IStore Store { get; init; }

    /// <summary>Gets the clock of the workflow.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Gets the clock by which leases are measured.</summary>
    public required TimeProvider LeaseClock { get; init; }

    /// <inheritdoc cref="EngineOptions.LeaseDuration"/>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets who is an administrator.</summary>
    public AccessPolicy Policy { get; init; } = new(["root"]);

    /// <summary>Gets what is asked for rights.</summary>
    /// <value>The default asks for none.</value>
    public IRightsCheck Rights { get; init; } = OpenRights.Instance;

    /// <summary>Gets where it is recorded that somebody was refused.</summary>
    /// <value>Null for nowhere; the default.</value>
    public IAuditLog? Audit { get; init; }

    /// <inheritdoc cref="EngineOptions.Simulated"/>
    public bool Simulated { get; init; }

    /// <summary>Gets what is kept beside operations.</summary>
    /// <value>Null when nothing is.</value>
    public ICatalogs? Catalogs { get; init; }

    /// <summary>Gets the number of slots of a resource.</summary>
    public Func<ThrottledResource, int> Slots { get; init; } = StepDefaults.Slots;

    /// <summary>Gets the consoles that operations hold.</summary>
    public ConsoleSessions Consoles { get; init; } = new();

    /// <summary>Gets what finds the implementation of a planned micro-step.</summary>
    public required Func<MicroStepPlan, MicroStepDefinition> FindStep { get; init; }

    /// <summary>Gets what makes a plan of a request.</summary>
    public required Func<OperationRequest, CancellationToken, Task<OperationPlan>> Plan { get; init; }

    /// <summary>Gets what finds the drivers of an operation, with what must be disposed after it; it is told whether an engine had begun with
    /// the operation before.</summary>
    public required Func<OperationPlan, bool, CancellationToken, Task<(DriverSet Drivers, IDisposable? Owner)>> Drivers { get; init; }
}
