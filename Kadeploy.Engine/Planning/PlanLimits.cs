namespace Kadeploy.Engine.Planning;

/// <summary>The largest values that a request may have; anything above is a mistake.</summary>
internal static class PlanLimits
{
    /// <summary>How often an instance or a micro-step may be tried again.</summary>
    public const int Retries = 100;

    /// <summary>The highest number of a partition: as many as a GPT holds where nobody enlarged it.</summary>
    public const int Partition = 128;

    /// <summary>The longest text in a request, in characters, unless another limit is told.</summary>
    public const int Text = 1024;

    /// <summary>The longest workflow of one operation, in characters.</summary>
    public const int ForceSteps = 16384;

    /// <summary>The longest boot profile of a user's, in characters.</summary>
    public const int Profile = 65536;

    /// <summary>The longest list of public keys, in characters.</summary>
    public const int AuthorizedKeys = 65536;
}
