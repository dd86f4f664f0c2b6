package dev.voxelmill.actors.intake;

import dev.voxelmill.protocols.model.ModelChoice;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterRange;
import dev.voxelmill.protocols.plan.ParameterSpec;
import dev.voxelmill.protocols.request.SubmittedRequest;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses a request for a model that this installation does not know, that is of another kind, or
 * whose licence it may not use. Whether the folder is whole only a worker can see.
 */
final class ModelCheck {
  private final ModelRegistry registry;

  ModelCheck(ModelRegistry registry) {
    this.registry = registry;
  }

  /** Why a model of the request may not be used, if one may not. */
  Optional<ModelChoice.Refused> refusal(SubmittedRequest request) {
    Method method = Methods.named(request.method()).orElseThrow();
    return method.parameters().stream()
        .filter(parameter -> isUsed(parameter, request))
        .flatMap(parameter -> choice(parameter, request).stream())
        .filter(ModelChoice.Refused.class::isInstance)
        .map(ModelChoice.Refused.class::cast)
        .findFirst();
  }

  /** A ControlNet is there for a picture of depths alone. */
  private static boolean isUsed(ParameterSpec parameter, SubmittedRequest request) {
    return !parameter.name().equals(Method.CONTROL_MODEL) || request.depth().isPresent();
  }

  private Optional<ModelChoice> choice(ParameterSpec parameter, SubmittedRequest request) {
    if (parameter.range() instanceof ParameterRange.ModelName(var kind)) {
      String model = request.parameters().get(parameter.name());
      return Optional.of(registry.choose(parameter.name(), model, Set.of(kind)));
    }
    return Optional.empty();
  }
}
