namespace Kadeploy.Engine.Tests.Drivers.Power;

/// <summary>A power driver with one machine that it can switch, for the contract tests.</summary>
internal abstract class PowerBench : IDisposable
{
    public abstract IPowerController Controller { get; }

    public abstract Node Node { get; }

    public abstract AttemptId Attempt(int number);

    /// <summary>Gets how often the machine was started, if the bench can tell.</summary>
    public virtual int? Starts => null;

    /// <summary>Runs calls to the driver, in virtual time where the machine lives in it.</summary>
    public virtual Task RunAsync(Func<Task> work) => work();

    public abstract void Dispose();
}
