namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>A row of <c>log</c> that is to be written.</summary>
internal ref struct LogRow
{
    public long Sequence;
    public long Operation;
    public OperationHeader Header;
    public long Cluster;
    public long Node;
    public long Started;
    public long Duration;
    public long State;
    public string? Fault;
    public long? FaultStep;
    public long? Digest;
    public string? Error;
    public NodeTrack Track;
    public ReadOnlySpan<TrackedStep?> Steps; // the last micro-step of each macro-step, or null
}
