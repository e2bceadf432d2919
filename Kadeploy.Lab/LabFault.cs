namespace Kadeploy.Lab;

/// <summary>What can be made to go wrong with a node, where nothing less than the lab itself can do it.</summary>
public enum LabFault
{
    /// <summary>Nothing: what was made to go wrong goes well again.</summary>
    None,

    /// <summary>The machine is switched on and does nothing, from its next start on.</summary>
    NoBoot,

    /// <summary>The BMC answers nothing, as one whose firmware hangs.</summary>
    BmcHang,
}
