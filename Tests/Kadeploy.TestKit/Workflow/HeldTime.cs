using Kadeploy.Engine.Workflow;

namespace Kadeploy.TestKit.Workflow;

/// <summary>Keeps an engine's virtual time where it is until disposed; what needs no time goes on.</summary>
internal sealed class HeldTime(DeploymentEngine engine) : IAsyncDisposable
{
    private readonly TaskCompletionSource _over = new();
    private Task _held = Task.CompletedTask;

    /// <summary>Stops the time, before anything that is asked of the engine later.</summary>
    public static HeldTime Of(DeploymentEngine engine)
    {
        var held = new HeldTime(engine);
        held.Begin();
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        _over.SetResult();
        await _held;
    }

    private void Begin() => _held = engine.Loop.InvokeAsync(async () =>
    {
        await engine.Loop.HoldTimeAsync(_over.Task);
        return true;
    });
}
