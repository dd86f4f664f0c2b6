package dev.voxelmill.protocols.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlansTest {
  @Test
  void anImageIsEncodedDenoisedTiledProjectedDistilledAndMeshed() {
    Plan plan = Plans.of(request(Map.of()));

    assertEquals(
        List.of("encode", "denoise", "tile", "project", "distill", "mesh"),
        plan.tasks().stream().map(TaskSpec::name).toList());
    assertEquals(List.of("project", "mesh"), plan.readersOf("tile"));
  }

  @Test
  void withoutProjectionDistillationStartsFromTheInputAlone() {
    Plan plan = Plans.of(request(Map.of("project", "false")));

    assertEquals(
        List.of("encode", "denoise", "tile", "distill", "mesh"),
        plan.tasks().stream().map(TaskSpec::name).toList());
    assertEquals(List.of("denoise", "distill", "mesh"), plan.readersOf("encode"));
  }

  @Test
  void aRehearsalIsOneTask() {
    Plan plan = Plans.of(request(Methods.SYNTHETIC, Map.of()));

    assertEquals(List.of(TaskKind.SYNTHETIC), plan.tasks().stream().map(TaskSpec::kind).toList());
  }

  @Test
  void viewsAreEncodedDenoisedAndLaidOut() {
    Plan plan = Plans.of(request(Methods.ZERO123, Map.of()));

    assertEquals(
        List.of(TaskKind.ENCODE, TaskKind.DENOISE, TaskKind.TILE),
        plan.tasks().stream().map(TaskSpec::kind).toList());
    assertEquals(List.of("denoise", "tile"), plan.readersOf("encode"));
  }

  @Test
  void aTaskThatReadsALaterOneIsNoPlan() {
    var late = new TaskSpec("early", TaskKind.MESH, List.of("late"));

    assertThrows(IllegalArgumentException.class, () -> new Plan(List.of(late)));
  }

  private static JobRequest request(Map<String, String> given) {
    return request(Methods.IMAGE_TO_3D, given);
  }

  private static JobRequest request(Method method, Map<String, String> given) {
    var check = (ParameterCheck.Accepted) method.check(given);
    return new JobRequest(
        new JobId("default", "a"),
        method.name(),
        new JobRequest.ImageRef("image/png", 32, 32, new BlobRef("0".repeat(64), 0, 0, List.of())),
        ViewCamera.DEFAULT,
        1,
        check.parameters(),
        List.of(),
        JobRequest.DEFAULT_PRIORITY);
  }
}
