using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Knows who may work on which nodes, and when; Kadeploy calls it Karights.</summary>
/// <remarks>Safe for use by many callers and several processes at once. Each call is one transaction, with its entries in the audit trail.
/// Exceptions of all: <see cref="NotAllowedException"/> for others than administrators, which is recorded too; <see cref="ConfigurationException"/> when
/// what is asked for makes no sense; <see cref="StoreException"/>.</remarks>
public interface IRightsBook
{
    /// <summary>Grants a right. Nothing happens when it is there already.</summary>
    /// <param name="grant">The right.</param>
    /// <param name="user">Who grants it: an administrator.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was added, and what others have lost.</returns>
    /// <exception cref="ConfigurationException">With <see cref="FaultCodes.RightsConflict"/>: others have rights there and are not to be overwritten, or
    /// the right is for certain devices of all nodes and there are rights on single nodes.</exception>
    Task<RightsChange> GrantAsync(RightsGrant grant, string user, CancellationToken cancellationToken);

    /// <summary>Revokes rights, and stops the running operations of those who had them on nodes where they have no right left.</summary>
    /// <param name="revocation">Which.</param>
    /// <param name="user">Who revokes them: an administrator.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was taken away and is stopped; no change when there was nothing.</returns>
    /// <exception cref="ConfigurationException">With <see cref="FaultCodes.RightsConflict"/>: a part of a right that holds more widely is to be
    /// revoked: one node of a right on all, or one device of a right for every one.</exception>
    Task<RightsChange> RevokeAsync(RightsRevocation revocation, string user, CancellationToken cancellationToken);

    /// <summary>Lists rights that hold now or later; those that have ended are gone.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="user">Who asks: others than administrators are shown what concerns themselves and their groups.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The rights by principal, scope in natural order, device and beginning.</returns>
    Task<ImmutableArray<Right>> ListAsync(RightsFilter filter, string user, CancellationToken cancellationToken);

    /// <summary>Says whether a user might work on nodes, as the engine would.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="user">Who asks: an administrator, or the user himself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether, and why.</returns>
    Task<RightsVerdict> TestAsync(RightsQuestion question, string user, CancellationToken cancellationToken);
}
