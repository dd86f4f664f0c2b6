package dev.voxelmill.actors.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.model.ModelChoice;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.request.RequestCodec;
import dev.voxelmill.protocols.request.RequestReading;
import dev.voxelmill.protocols.request.SubmittedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelCheckTest {
  private static final String DEPTH = ",'depth':{'data':'AQID'}";

  private final ModelCheck check =
      new ModelCheck(
          ModelRegistry.from(
              ConfigFactory.parseString(
                  """
                  models {
                    "free" { directory = /m, kind = zero123plus, licence = CC0-1.0, hashes = [], alternates = [] }
                    "bought" { directory = /m, kind = zero123plus, licence = Secret, hashes = [], alternates = [] }
                    "poses" { directory = /m, kind = zero123, licence = CC0-1.0, hashes = [], alternates = [] }
                    "controlnet-zp11-depth-v1" { directory = /m, kind = control-net, licence = Secret, hashes = [], alternates = [] }
                  }
                  licences { allow = [CC0-1.0] }""")));

  @Test
  void aModelOfTheRightKindUnderAnAllowedLicenceMayBeUsed() {
    assertEquals(Optional.empty(), check.refusal(request("free", "")));
  }

  @Test
  void aLicenceThatIsNotAllowedIsRefusedByName() {
    ModelChoice.Refused refused = check.refusal(request("bought", "")).orElseThrow();

    assertEquals("licence", refused.code());
    assertTrue(
        refused.reason().startsWith("parameters.model: 'bought' is under Secret"),
        refused.reason());
  }

  @Test
  void anUnknownModelAndOneOfAnotherKindAreRefused() {
    assertEquals("unknown-model", check.refusal(request("nobody", "")).orElseThrow().code());
    assertEquals("model-kind", check.refusal(request("poses", "")).orElseThrow().code());
  }

  @Test
  void theControlNetCountsOnlyForARequestThatBringsDepths() {
    ModelChoice.Refused refused = check.refusal(request("free", DEPTH)).orElseThrow();

    assertEquals("licence", refused.code());
    assertTrue(refused.reason().contains("parameters.control.model"), refused.reason());
  }

  @Test
  void aMethodWithoutAPretrainedModelNeedsNone() {
    assertEquals(Optional.empty(), check.refusal(read("{'id':'a','image':{'data':'AQID'}}")));
  }

  private static SubmittedRequest request(String model, String more) {
    return read(
        "{'id':'a','method':'zero123plus','image':{'data':'AQID'},'parameters':{'model':'%s'}%s}"
            .formatted(model, more));
  }

  private static SubmittedRequest read(String json) {
    RequestReading reading =
        new RequestCodec().read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    return assertInstanceOf(RequestReading.Valid.class, reading, reading.toString()).request();
  }
}
