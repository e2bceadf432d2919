namespace Kadeploy.Engine.Workflow;

/// <summary>Why a node is stopped for lack of a right.</summary>
/// <param name="User">The operation's user.</param>
internal abstract record RightLoss(string User)
{
    /// <summary>Gets it in words that follow the node's name.</summary>
    public abstract string Words { get; }

    /// <summary>The right was taken away.</summary>
    /// <param name="User">The operation's user.</param>
    /// <param name="By">Who took it away.</param>
    public sealed record Revoked(string User, string By) : RightLoss(User)
    {
        /// <inheritdoc/>
        public override string Words => $"{By} revoked the right of {User}";
    }

    /// <summary>There is no right when it is asked for.</summary>
    /// <param name="User">The operation's user.</param>
    /// <param name="What">What is missing.</param>
    public sealed record Missing(string User, MissingRight What) : RightLoss(User)
    {
        /// <inheritdoc/>
        public override string Words => $"{User} has {What.Reason} any more".Replace("no right yet", "no right", StringComparison.Ordinal);
    }
}
