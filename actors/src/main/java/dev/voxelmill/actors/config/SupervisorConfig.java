package dev.voxelmill.actors.config;

import com.typesafe.config.Config;
import dev.voxelmill.actors.intake.IntakeConfig;
import dev.voxelmill.actors.owner.JobsConfig;
import dev.voxelmill.actors.owner.OwnerConfig;
import dev.voxelmill.actors.placement.PlacementConfig;
import dev.voxelmill.actors.sight.SightConfig;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;
import dev.voxelmill.storage.topics.TopicsConfig;

/** All of {@code conf/supervisor.conf}. */
public record SupervisorConfig(
    IntakeConfig intake, OwnerConfig owner, PlacementConfig placement, SightConfig sight) {
  private static final String FILE = "supervisor.conf";

  /** Reads {@code conf/supervisor.conf}. */
  public static SupervisorConfig load() {
    return from(ConfFile.read(FILE), TopicsConfig.load());
  }

  static SupervisorConfig from(Config config, TopicsConfig topics) {
    String file = "conf/" + FILE;
    JobsConfig jobs = JobsConfig.from(Section.of(config, "jobs", file), topics);
    return new SupervisorConfig(
        IntakeConfig.from(Section.of(config, "intake", file)),
        OwnerConfig.from(Section.of(config, "owner", file), jobs),
        PlacementConfig.from(Section.of(config, "placement", file)),
        SightConfig.from(Section.of(config, "sight", file)));
  }
}
