package dev.voxelmill.gpu.models;

import dev.voxelmill.gpu.sampling.LibraryVersion;
import dev.voxelmill.gpu.sampling.SamplerConfigException;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SchedulerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the sampler of a folder is.
 *
 * @param className what the library calls it
 * @param settings how the network was trained, as far as the file says it
 * @param problem what keeps it from being carried out; empty when nothing does
 */
public record SamplerInspection(String className, Map<String, String> settings, String problem) {
  /** Few enough for every way of spacing them, more than the start of any sampler takes. */
  private static final int TRIED_STEPS = 10;

  /** Looks at the sampler of a pipeline's folder, which a folder of one network has not. */
  public static Optional<SamplerInspection> of(Path folder) {
    Path file = folder.resolve("scheduler").resolve("scheduler_config.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      SchedulerConfig config = SchedulerConfig.read(file);
      return Optional.of(
          new SamplerInspection(
              config.values().path("_class_name").asText(),
              Settings.ofSampler(config.values()),
              problem(config)));
    } catch (SamplerConfigException e) {
      return Optional.of(new SamplerInspection("", Map.of(), String.valueOf(e.getMessage())));
    }
  }

  private static String problem(SchedulerConfig config) {
    try {
      Samplers.plan(config, LibraryVersion.V0_20_2, TRIED_STEPS, 0);
      return "";
    } catch (SamplerConfigException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
