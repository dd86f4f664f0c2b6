package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.Synthesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Jobs of every method that computes, beside one another; minutes. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class EveryMethodTest {
  private static final long SEED = 17;

  /** Fewer of each job than the workers that a task may lose without progress. */
  private static final int KILLS_EACH = 3;

  private static final int MOST_EVENTS = 3;

  private static final Map<String, Map<String, Object>> METHODS =
      Map.of(
          "image-to-3d",
          Map.of(
              "denoise.views", "6",
              "project.fitSteps", 10,
              "distill.steps", 400,
              "mesh.faces", 2000),
          "zero123",
          Map.of(
              "model",
              "tiny-zero123",
              "poses",
              "0/60/0,-20/180/0.1,10/-60/0",
              "denoise.steps",
              900,
              "denoise.batch",
              2),
          "zero123-3d",
          Map.of(
              "model", "tiny-zero123",
              "distill.steps", 1000,
              "grid.size", 16,
              "mesh.threshold", 1,
              "mesh.faces", 400),
          "zero123plus",
          Map.of("model", "tiny", "canvas.viewPx", 64, "denoise.steps", 600),
          "zero123plus-3d",
          Map.of(
              "model", "tiny",
              "canvas.viewPx", 64,
              "denoise.steps", 200,
              "project.fitSteps", 4,
              "project.viewPx", "32",
              "distill.steps", 40,
              "mesh.faces", 2000));

  @Test
  @Fault(
      id = "F01",
      what =
          "workers killed with -9 at random moments while jobs of every method run beside one"
              + " another, the shipped and random models, seed "
              + SEED,
      also = "every file of each bit-identical to that of an undisturbed job")
  void jobsThatAreKilledAgainAndAgainBesideOthersGiveTheSameBytes(
      FaultCluster cluster, Outcome outcome) throws Exception {
    synthesise(cluster, "tiny", Likeness.TINY);
    synthesise(cluster, "tiny-zero123", Likeness.TINY_ZERO123);
    List<String> methods = METHODS.keySet().stream().sorted().toList();
    methods.forEach(method -> cluster.submit(job("calm", method)));
    cluster.jobs().awaitSuccess(ids("calm", methods));
    Random random = new Random(SEED);

    methods.forEach(method -> cluster.submit(job("hunted", method)));
    Map<String, Integer> kills = new TreeMap<>();
    for (List<String> left = prey(cluster, methods, kills);
        !left.isEmpty();
        left = prey(cluster, methods, kills)) {
      List<String> held = left.stream().filter(id -> cluster.anyHolder(id).isPresent()).toList();
      List<String> some = held.isEmpty() ? left : held;
      String hunted = some.get(random.nextInt(some.size()));
      cluster.jobs().awaitEvents(hunted, 1 + random.nextInt(MOST_EVENTS));
      Optional<Part> holder = cluster.anyHolder(hunted);
      if (holder.isPresent()) {
        holder.get().kill();
        kills.merge(hunted, 1, Integer::sum);
        cluster.heal();
      }
    }
    cluster.jobs().awaitSuccess(ids("hunted", methods));

    for (String method : methods) {
      assertEquals(
          cluster.jobs().files(id("calm", method)),
          cluster.jobs().files(id("hunted", method)),
          method);
    }
    int all = kills.values().stream().mapToInt(each -> each).sum();
    outcome.fired(all, "workers killed under " + kills);
  }

  /** The jobs whose workers may be killed once more. */
  private static List<String> prey(
      FaultCluster cluster, List<String> methods, Map<String, Integer> kills) {
    return Arrays.stream(ids("hunted", methods))
        .filter(id -> kills.getOrDefault(id, 0) < KILLS_EACH && !cluster.jobs().hasEnded(id))
        .toList();
  }

  private static void synthesise(FaultCluster cluster, String name, Likeness likeness) {
    Path folder = cluster.models().resolve(name);
    if (!Files.exists(folder)) {
      Synthesis.write(folder, likeness, StoredType.F16, 7, file -> {});
    }
  }

  private static String id(String fate, String method) {
    return "f01-" + fate + "-" + method;
  }

  private static String[] ids(String fate, List<String> methods) {
    return methods.stream().map(method -> id(fate, method)).toArray(String[]::new);
  }

  private static byte[] job(String fate, String method) {
    Map<String, Object> parameters = new HashMap<>(METHODS.get(method));
    parameters.put("checkpoint.everySteps", 10);
    return Jobs.request(id(fate, method), method, parameters);
  }
}
