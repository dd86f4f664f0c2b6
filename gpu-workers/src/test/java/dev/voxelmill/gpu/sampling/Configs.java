package dev.voxelmill.gpu.sampling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Scheduler configurations, written as JSON with apostrophes. */
final class Configs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Configs() {}

  /** A sampler for Stable Diffusion's schedule, with more keys. */
  static SchedulerConfig stableDiffusion(String name, String more) {
    return of(
        """
        {'_class_name': '%s', 'beta_start': 0.00085, 'beta_end': 0.012, 'clip_sample': false,
         'beta_schedule': 'scaled_linear'%s}"""
            .formatted(name, more.isEmpty() ? "" : ", " + more));
  }

  static SchedulerConfig of(String json) {
    try {
      return new SchedulerConfig("test.json", JSON.readTree(json.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
