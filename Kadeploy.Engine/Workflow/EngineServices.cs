using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Workflow;

/// <summary>What all operations of one engine share.</summary>
/// <param name="Loop">The thread of the workflow.</param>
/// <param name="Time">The clock of the workflow.</param>
/// <param name="Journal">Where everything is written first.</param>
/// <param name="Leases">The engine's hold on its nodes.</param>
/// <param name="Throttles">The limited resources.</param>
/// <param name="FindStep">Finds the implementation of a planned micro-step.</param>
internal sealed record EngineServices(
    EngineLoop Loop,
    TimeProvider Time,
    Journal Journal,
    Leases Leases,
    Throttles Throttles,
    Func<MicroStepPlan, MicroStepDefinition> FindStep);
