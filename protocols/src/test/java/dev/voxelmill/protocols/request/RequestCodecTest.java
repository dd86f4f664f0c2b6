package dev.voxelmill.protocols.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCodecTest {
  private static final RequestCodec CODEC = new RequestCodec();

  @Test
  void theSmallestRequestGetsEveryDefault() {
    SubmittedRequest request = valid("{'id':'a','image':{'data':'AQID'}}");

    assertEquals(new JobId("default", "a"), request.job());
    assertEquals(ViewCamera.DEFAULT, request.camera());
    assertEquals(JobRequest.DEFAULT_PRIORITY, request.priority());
    assertArrayEquals(new byte[] {1, 2, 3}, request.image().bytes());
  }

  @Test
  void nestedAndDottedParametersMeanTheSame() {
    var nested = valid(withParameters("{'distill':{'steps':5,'guidance':3}}"));
    var dotted = valid(withParameters("{'distill.guidance':3.0,'distill.steps':'5'}"));

    assertEquals(nested, dotted);
  }

  @Test
  void limitsAreParametersWhateverTheyAreCalled() {
    var limited = valid("{'id':'a','maxSeconds':60,'maxSteps':100,'image':{'data':'AQID'}}");
    var set = valid(withParameters("{'budget.maxSeconds':60,'budget':{'maxSteps':100}}"));

    assertEquals(limited.parameters(), set.parameters());
    assertEquals("100", limited.parameters().get("budget.maxSteps"));
  }

  @Test
  void theExamplesOfThePublishedSchemaAreValid() throws IOException {
    try (var in = RequestCodec.class.getResourceAsStream(RequestCodec.SCHEMA_RESOURCE)) {
      for (JsonNode example : JsonCodec.mapper().readTree(in).path("examples")) {
        assertInstanceOf(
            RequestReading.Valid.class, CODEC.read(example.toString().getBytes(UTF_8)));
      }
    }
  }

  @Test
  void theDefaultsThatTheSchemaPublishesAreThoseThatApply() throws IOException {
    try (var in = RequestCodec.class.getResourceAsStream(RequestCodec.SCHEMA_RESOURCE)) {
      JsonNode properties = JsonCodec.mapper().readTree(in).path("properties");
      JsonNode camera = properties.path("camera").path("properties");

      assertEquals(
          ViewCamera.DEFAULT,
          new ViewCamera(
              camera.path("elevationDeg").path("default").asDouble(),
              camera.path("fovDeg").path("default").asDouble(),
              camera.path("radius").path("default").asDouble()));
      assertEquals(
          JobRequest.DEFAULT_PRIORITY, properties.path("priority").path("default").asInt());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not-json | {'id':",
        "schema | {'id':'a','maxSteps':0,'image':{'data':'AQID'}}",
        "parameters | {'id':'a','maxSteps':5,'parameters':{'budget.maxSteps':5},'image':{'data':'AQID'}}",
        "not-json | {'id':'a','id':'b','image':{'data':'AQID'}}",
        "not-json | {'id':'a','image':{'data':'AQID'}} {}",
        "schema | []",
        "schema | {'id':'a'}",
        "schema | {'id':'../a','image':{'data':'AQID'}}",
        "schema | {'id':'a','image':{'data':'AQID'},'sede':1}",
        "schema | {'id':'a','image':{'data':'AQID'},'camera':{'fovDeg':180}}",
        "unknown-method | {'id':'a','method':'text-to-3d','image':{'data':'AQID'}}",
        "parameters | {'id':'a','image':{'data':'AQID'},'parameters':{'distill.step':1}}",
        "parameters | {'id':'a','image':{'data':'AQID'},'parameters':{'a.b':1,'a':{'b':2}}}",
        "image | {'id':'a','image':{'data':'!!!!'}}",
      })
  void everyMistakeHasItsCode(String code, String json) {
    var invalid =
        assertInstanceOf(
            RequestReading.Invalid.class, CODEC.read(json.replace('\'', '"').getBytes(UTF_8)));

    assertEquals(code, invalid.code(), invalid.reason());
  }

  @Test
  void aSchemaViolationSaysWhereAndWhoAsked() {
    var invalid =
        (RequestReading.Invalid)
            CODEC.read(
                "{\"id\":\"a\",\"image\":{\"data\":\"AQID\"},\"camera\":{\"fovDeg\":180}}"
                    .getBytes(UTF_8));

    assertTrue(invalid.reason().startsWith("/camera/fovDeg: "), invalid.reason());
    assertEquals(Optional.of(new JobId("default", "a")), invalid.job());
  }

  @Test
  void aPictureOfDepthsIsRefusedByAMethodThatTakesNone() {
    RequestReading reading =
        CODEC.read(
            "{'id':'a','image':{'data':'AQID'},'depth':{'data':'AQID'}}"
                .replace('\'', '"')
                .getBytes(UTF_8));

    var invalid = assertInstanceOf(RequestReading.Invalid.class, reading);
    assertEquals("depth", invalid.code());
  }

  @Property(tries = 300)
  void noBytesAtAllMakeTheReaderThrow(@ForAll byte[] bytes) {
    assertInstanceOf(RequestReading.Invalid.class, CODEC.read(bytes));
  }

  @Test
  void theBodyIsTheSameForTwoIdsAndAnotherForAnotherSeed() {
    var image =
        new JobRequest.ImageRef("image/png", 1, 1, new BlobRef("0".repeat(64), 3, 0, List.of()));
    var one =
        valid("{'id':'a','image':{'data':'AQID'},'outputs':['glb','ply']}")
            .with(image, Optional.empty());
    var other =
        valid("{'id':'b','image':{'data':'AQID'},'outputs':['ply']}").with(image, Optional.empty());
    var seeded =
        valid("{'id':'a','image':{'data':'AQID'},'outputs':['ply'],'seed':1}")
            .with(image, Optional.empty());

    assertEquals(BodyHash.of(one), BodyHash.of(other));
    assertNotEquals(BodyHash.of(one), BodyHash.of(seeded));
    assertNotEquals(
        BodyHash.of(one),
        BodyHash.of(valid("{'id':'a','image':{'data':'AQID'}}").with(image, Optional.of(image))));
  }

  private static String withParameters(String parameters) {
    return "{'id':'a','image':{'data':'AQID'},'parameters':" + parameters + "}";
  }

  private static SubmittedRequest valid(String json) {
    RequestReading reading = CODEC.read(json.replace('\'', '"').getBytes(UTF_8));
    return assertInstanceOf(RequestReading.Valid.class, reading, reading.toString()).request();
  }
}
