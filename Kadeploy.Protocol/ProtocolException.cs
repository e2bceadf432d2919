namespace Kadeploy.Protocol;

/// <summary>The peer broke the protocol. Reaction: close the connection; nothing that it says afterwards can be understood.</summary>
/// <param name="message">What was wrong. Never holds what was received: it may be a secret.</param>
internal sealed class ProtocolException(string message) : Exception(message);
