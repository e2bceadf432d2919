namespace Kadeploy.Engine.Configuration;

/// <summary>Whether users need rights.</summary>
public enum RightsMode
{
    /// <summary>Everybody but administrators does.</summary>
    Enforced,

    /// <summary>Nobody does; what is granted is kept, but does not count.</summary>
    Open,
}
