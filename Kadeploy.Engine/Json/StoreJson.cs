using System.Text.Json.Serialization;

namespace Kadeploy.Engine.Json;

/// <summary>What the store keeps as JSON.</summary>
/// <remarks>Everything in a plan is written, also what has its default value, because defaults may change and a plan may not. Unknown members
/// are ignored: only a newer version could have written them, and its database is refused before.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(NodeNameConverter), typeof(OperationIdConverter), typeof(InstanceNameConverter), typeof(MicroStepNameConverter),
        typeof(TimeoutExpressionConverter), typeof(FaultCodeConverter), typeof(MacAddressConverter), typeof(IPAddressConverter),
        typeof(CamelCase<OperationKind>), typeof(CamelCase<MacroStep>), typeof(CamelCase<StepScope>), typeof(CamelCase<ThrottledResource>),
        typeof(CamelCase<CustomPlacement>), typeof(CamelCase<CustomAction>), typeof(CamelCase<ImageKind>), typeof(CamelCase<ImageCompression>),
        typeof(CamelCase<OperatingSystemKind>), typeof(CamelCase<Visibility>), typeof(CamelCase<LatencyProfile>), typeof(CamelCase<FaultKind>),
        typeof(OperationRequestConverter), typeof(CamelCase<RebootKind>), typeof(CamelCase<PowerAction>), typeof(CamelCase<PowerLevel>), typeof(CamelCase<PowerState>),
    ])]
[JsonSerializable(typeof(OperationPlan))]
[JsonSerializable(typeof(OperationRequest))]
[JsonSerializable(typeof(DeploymentRequest))]
[JsonSerializable(typeof(RebootRequest))]
[JsonSerializable(typeof(PowerRequest))]
[JsonSerializable(typeof(ConsoleRequest))]
[JsonSerializable(typeof(EventDetail))]
[JsonSerializable(typeof(KaEnvironment))]
internal sealed partial class StoreJson : JsonSerializerContext;
