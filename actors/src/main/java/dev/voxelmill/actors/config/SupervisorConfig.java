package dev.voxelmill.actors.config;

import com.typesafe.config.Config;
import dev.voxelmill.actors.intake.IntakeConfig;
import dev.voxelmill.actors.owner.OwnerConfig;
import dev.voxelmill.actors.placement.PlacementConfig;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;

/** All of {@code conf/supervisor.conf}. */
public record SupervisorConfig(IntakeConfig intake, OwnerConfig owner, PlacementConfig placement) {
  private static final String FILE = "supervisor.conf";

  /** Reads {@code conf/supervisor.conf}. */
  public static SupervisorConfig load() {
    return from(ConfFile.read(FILE));
  }

  static SupervisorConfig from(Config config) {
    String file = "conf/" + FILE;
    return new SupervisorConfig(
        IntakeConfig.from(Section.of(config, "intake", file)),
        OwnerConfig.from(Section.of(config, "owner", file)),
        PlacementConfig.from(Section.of(config, "placement", file)));
  }
}
