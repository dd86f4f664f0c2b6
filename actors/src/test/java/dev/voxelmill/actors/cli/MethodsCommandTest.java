package dev.voxelmill.actors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterSpec;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MethodsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyMethodIsListed() {
    assertEquals(0, run("methods"));

    for (Method method : Methods.all()) {
      assertTrue(out.toString().contains(method.name() + " "), method.name());
    }
  }

  @Test
  void everyParameterOfAMethodIsToldWithItsDefaultItsUseAndItsRange() {
    assertEquals(0, run("methods", "synthetic"));

    for (ParameterSpec parameter : Methods.SYNTHETIC.parameters()) {
      String told =
          "%s=%s%n    %s%n    Takes %s."
              .formatted(
                  parameter.name(),
                  parameter.defaultValue(),
                  parameter.doc(),
                  parameter.range().described());
      assertTrue(out.toString().contains(told), told);
    }
  }

  @Test
  void programsGetTheSameAsJson() throws Exception {
    assertEquals(0, run("methods", "zero123", "--json"));

    JsonNode told = JsonCodec.mapper().readTree(out.toString());
    assertEquals("zero123", told.get("name").asText());
    assertEquals(Methods.ZERO123.parameters().size(), told.get("parameters").size());
  }

  @Test
  void aMethodThatThereIsNotIsNotFound() {
    assertEquals(Exit.NOT_FOUND.code(), run("methods", "alchemy"));

    assertTrue(err.toString().contains("method: 'alchemy' (expected: one of [image-to-3d,"));
  }

  private int run(String... words) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words);
  }
}
