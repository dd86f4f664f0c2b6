package dev.voxelmill.protocols.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import dev.voxelmill.protocols.config.ConfFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {
  @Test
  void whatIsConfiguredReachesPekkosOwnKeys() {
    ClusterConfig cluster = ClusterConfig.load();
    Config pekko = ConfFile.read(ClusterConfig.FILE).getConfig("pekko.cluster");

    assertEquals(
        List.of(
            cluster.heartbeat(),
            cluster.acceptablePause(),
            cluster.stableAfter(),
            cluster.downAllAfter(),
            cluster.removalMargin(),
            cluster.seedTimeout(),
            cluster.joinTimeout()),
        List.of(
            pekko.getDuration("failure-detector.heartbeat-interval"),
            pekko.getDuration("failure-detector.acceptable-heartbeat-pause"),
            pekko.getDuration("split-brain-resolver.stable-after"),
            pekko.getDuration("split-brain-resolver.down-all-when-unstable"),
            pekko.getDuration("down-removal-margin"),
            pekko.getDuration("seed-node-timeout"),
            pekko.getDuration("shutdown-after-unsuccessful-join-seed-nodes")));
  }
}
