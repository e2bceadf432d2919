using Kadeploy.Engine.Tests.Drivers.Fake;

namespace Kadeploy.Engine.Tests.Drivers.Power;

public class FakePowerControllerTests : PowerControllerContractTests
{
    private protected override PowerBench Open() => new Bench();

    private sealed class Bench : PowerBench
    {
        private readonly SimulationBench _world = new(SamplePlan.Default(1));

        public override IPowerController Controller => _world.Drivers.Power;

        public override Node Node => _world[1];

        public override AttemptId Attempt(int number) => _world.Plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot", attempt: number);

        public override Task RunAsync(Func<Task> work) => _world.RunAsync(work);

        public override void Dispose() => _world.Dispose();
    }
}
