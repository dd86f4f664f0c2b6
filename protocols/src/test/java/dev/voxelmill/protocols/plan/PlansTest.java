package dev.voxelmill.protocols.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  void aTaskSaysWhichPretrainedModelsItComputesWith() {
    JobRequest views = request(Methods.ZERO123, Map.of("model", "zero123-165000"));
    JobRequest canvas = request(Methods.ZERO123PLUS_3D, Map.of());
    JobRequest deep =
        new JobRequest(
            canvas.job(),
            canvas.method(),
            canvas.image(),
            Optional.of(canvas.image()),
            canvas.camera(),
            canvas.seed(),
            canvas.parameters(),
            canvas.outputs(),
            canvas.priority());

    assertEquals(List.of(List.of("zero123-165000")), models(views));
    assertEquals(
        List.of(
            List.of("zero123plus-v1.2"),
            List.of("zero123plus-v1.2", "controlnet-zp11-depth-v1"),
            List.of()),
        models(deep));
    assertEquals(List.of(List.of("zero123plus-v1.2"), List.of()), models(canvas));
    assertEquals(List.of(List.of()), models(request(Map.of())));
  }

  /** The distinct answers of a plan's tasks, in their order. */
  private static List<List<String>> models(JobRequest request) {
    return Plans.of(request).tasks().stream()
        .map(task -> Plans.models(task, request))
        .distinct()
        .toList();
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
