package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Denoising of several jobs in one call of the prior gives each what it gets alone. */
@OnDeviceThread
class JointDenoiseTest {
  /**
   * Pictures are in -1..1 after the last step. A convolution over more rows may add in another
   * order, and later steps carry that on; what was seen is 0 for the prior, 1.3e-5 for Zero-1-to-3
   * and 7.6e-6 for Zero123++.
   */
  private static final double TOLERANCE = 1e-4;

  private static final Denoising PRIOR =
      new Denoising(Methods.IMAGE_TO_3D, TinyJob.PARAMETERS, "views", Optional.empty());
  private static final Denoising ZERO123 =
      new Denoising(Methods.ZERO123, TinyJob.ZERO123_PARAMETERS, "latents", Optional.empty());
  private static final Denoising CANVAS =
      new Denoising(
          Methods.ZERO123PLUS, TinyJob.ZERO123PLUS_PARAMETERS, "latents", Optional.empty());
  private static final Denoising CONTROLLED_CANVAS =
      new Denoising(
          Methods.ZERO123PLUS,
          TinyJob.ZERO123PLUS_PARAMETERS,
          "latents",
          Optional.of(Png.encode(Picture.white(64, 96))));

  /**
   * A method whose plan denoises.
   *
   * @param tensor name of what that leaves
   * @param depth a picture of depths that controls it
   */
  private record Denoising(
      Method method, Map<String, String> parameters, String tensor, Optional<byte[]> depth) {}

  private NDManager device;
  private StepTasks opener;

  @BeforeEach
  void open() {
    device = Torch.start(TorchOptions.cpu()).newScope();
    opener = new StepTasks(TinyJob.context(device));
  }

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void eachGetsItsOwnNoiseGuidanceAndTimestepBesideTheOthers() {
    List<Map<String, String>> jobs =
        List.of(
            Map.of("denoise.steps", "4", "denoise.views", "6", "denoise.guidance", "3"),
            Map.of("denoise.steps", "7", "denoise.views", "6", "denoise.guidance", "1.5"),
            Map.of("denoise.steps", "5", "denoise.views", "12", "denoise.guidance", "2"));
    requireEqualTogether(PRIOR, jobs);
  }

  @Test
  void tasksWithoutGuidanceDoNotPayForThoseWithIt() {
    List<Map<String, String>> jobs =
        List.of(
            Map.of("denoise.guidance", "1"),
            Map.of("denoise.guidance", "1"),
            Map.of("denoise.guidance", "2"));
    List<JointTask> tasks =
        IntStream.range(0, jobs.size()).mapToObj(job -> task(PRIOR, jobs, job)).toList();

    assertEquals(tasks.get(0).company(), tasks.get(1).company());
    assertNotEquals(tasks.get(0).company(), tasks.get(2).company());
    tasks.forEach(StepTask::close);
  }

  @Test
  void canvasesOfOtherShapesOrControlDoNotGoTogether() {
    List<Map<String, String>> jobs =
        List.of(Map.of(), Map.of("canvas.viewPx", "64"), Map.of("denoise.guidance", "1"));
    List<JointTask> tasks =
        new ArrayList<>(
            IntStream.range(0, jobs.size()).mapToObj(job -> task(CANVAS, jobs, job)).toList());
    tasks.add(task(CONTROLLED_CANVAS, jobs, 0));

    assertEquals(tasks.size(), tasks.stream().map(JointTask::company).distinct().count());
    tasks.forEach(StepTask::close);
  }

  @Test
  void viewsOfAPretrainedModelToo() {
    requireEqualTogether(
        ZERO123,
        List.of(
            Map.of("denoise.guidance", "3"),
            Map.of("denoise.guidance", "2", "denoise.steps", "5")));
  }

  @Test
  void canvasesToo() {
    requireEqualTogether(
        CANVAS,
        List.of(
            Map.of("denoise.guidance", "4"),
            Map.of("denoise.guidance", "2", "denoise.steps", "6"),
            Map.of("denoise.guidance", "3")));
  }

  @Test
  void canvasesUnderControlToo() {
    requireEqualTogether(
        CONTROLLED_CANVAS,
        List.of(
            Map.of("control.scale", "0.75"), Map.of("control.scale", "1.5", "denoise.steps", "6")));
  }

  /** Runs every job alone, then all together, the first a step ahead of the others. */
  private void requireEqualTogether(Denoising of, List<Map<String, String>> jobs) {
    List<float[]> alone = new ArrayList<>();
    for (int job = 0; job < jobs.size(); job++) {
      alone.add(left(of, finished(List.of(task(of, jobs, job))).getFirst()));
    }

    List<JointTask> together =
        IntStream.range(0, jobs.size()).mapToObj(job -> task(of, jobs, job)).toList();
    assertEquals(1, together.stream().map(JointTask::company).distinct().count());
    together.getFirst().step();
    List<float[]> shared = finished(together).stream().map(done -> left(of, done)).toList();

    for (int job = 0; job < jobs.size(); job++) {
      double difference = difference(alone.get(job), shared.get(job));
      assertTrue(difference < TOLERANCE, "job " + job + ": " + difference);
    }
  }

  private JointTask task(Denoising of, List<Map<String, String>> jobs, int job) {
    Map<String, String> parameters = new TreeMap<>(of.parameters());
    parameters.putAll(jobs.get(job));
    JobRequest request = seeded(TinyJob.request(of.method(), parameters), job);
    Plan plan = Plans.of(request);
    TaskSpec spec =
        plan.tasks().stream()
            .filter(task -> task.kind() == TaskKind.DENOISE)
            .findFirst()
            .orElseThrow();
    Map<String, byte[]> inputs =
        spec.inputs().stream()
            .collect(Collectors.toMap(name -> name, name -> encoded(plan, request, of.depth())));
    return (JointTask)
        opener.open(new TaskInput(spec, request, new byte[0], inputs), Optional.empty());
  }

  private static JobRequest seeded(JobRequest request, long seed) {
    return new JobRequest(
        request.job(),
        request.method(),
        request.image(),
        request.camera(),
        seed,
        request.parameters(),
        request.outputs(),
        request.priority());
  }

  private byte[] encoded(Plan plan, JobRequest request, Optional<byte[]> depth) {
    TaskInput input =
        new TaskInput(
            plan.tasks().getFirst(), 1, Set.of(), request, TinyJob.picture(), depth, Map.of());
    try (StepTask encode = opener.open(input, Optional.empty())) {
      encode.step();
      return ((TaskResult.Tensors) encode.result()).payload();
    }
  }

  /** Steps those that are not done in one call until all are; closes them. */
  private static List<byte[]> finished(List<JointTask> tasks) {
    List<JointTask> left = tasks.stream().filter(task -> !isDone(task)).toList();
    while (!left.isEmpty()) {
      if (left.size() == 1) {
        assertEquals(StepOutcome.Advanced.class, left.getFirst().step().getClass());
      } else {
        left.getFirst()
            .stepJointly(left)
            .forEach(outcome -> assertEquals(StepOutcome.Advanced.class, outcome.getClass()));
      }
      left = left.stream().filter(task -> !isDone(task)).toList();
    }
    List<byte[]> results =
        tasks.stream().map(task -> ((TaskResult.Tensors) task.result()).payload()).toList();
    tasks.forEach(StepTask::close);
    return results;
  }

  private static boolean isDone(StepTask task) {
    return task.nextStep() == task.totalSteps();
  }

  private static float[] left(Denoising of, byte[] payload) {
    try (SafeTensors read = SafeTensors.of("denoised", payload)) {
      return read.floats(of.tensor());
    }
  }

  private static double difference(float[] one, float[] other) {
    assertEquals(one.length, other.length);
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }
}
