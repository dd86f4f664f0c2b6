package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FaultExtension.class)
class BrokerFaultsTest {
  @Test
  @Fault(
      id = "F07",
      what = "the only broker stopped and started, then killed with -9 and started",
      also = "what was acknowledged before is there; new requests are accepted after each")
  void theBrokerMayBeRestartedAndKilled(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.synthetic("f07-through", 500, 100));
    cluster.jobs().awaitCheckpoint("f07-through", "synthetic", 10);

    assertEquals(0, cluster.broker().terminate(Eventually.LIMIT));
    cluster.startBroker().awaitReady();
    outcome.fired("stopped and started");
    cluster.submit(Jobs.synthetic("f07-after-stop", 5, 10));
    cluster.jobs().awaitSuccess("f07-after-stop");

    cluster.broker().kill();
    cluster.startBroker().awaitReady();
    outcome.fired("killed and started");
    cluster.submit(Jobs.synthetic("f07-after-kill", 5, 10));
    cluster.jobs().awaitSuccess("f07-after-kill", "f07-through");
  }
}
