package dev.voxelmill.faults;

import dev.voxelmill.actors.local.Ports;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/**
 * How many processes a cluster has and where they are reached.
 *
 * @param prefix of its topics
 * @param broker where clients reach the broker, {@code host:port}
 * @param ownBroker whether the broker is one of its processes
 * @param supervisors where each supervisor is reached by the others, {@code host:port}
 * @param workers where each worker runs
 */
record Layout(
    String prefix,
    String broker,
    boolean ownBroker,
    List<String> supervisors,
    List<Place> workers) {
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Where a process runs.
   *
   * @param host its own address
   * @param enter words that put a command there, such as those that enter a network namespace
   */
  record Place(String host, List<String> enter) {
    static final Place HERE = new Place(LOOPBACK, List.of());
  }

  /** All on this machine, on free ports. */
  static Layout here(int supervisors, int workers) throws IOException {
    return on(LOOPBACK, LOOPBACK, supervisors, Collections.nCopies(workers, Place.HERE));
  }

  /** Broker and supervisors on addresses of this machine, on free ports; workers anywhere. */
  static Layout on(String brokerHost, String supervisorHost, int supervisors, List<Place> workers)
      throws IOException {
    List<Integer> ports = Ports.free(supervisors + 1);
    return new Layout(
        TopicsConfig.load().prefix(),
        brokerHost + ":" + ports.getLast(),
        true,
        ports.stream().limit(supervisors).map(port -> supervisorHost + ":" + port).toList(),
        workers);
  }

  /** Another installation on the same broker. */
  Layout beside(String otherPrefix, int supervisors, int workers) throws IOException {
    Layout own = here(supervisors, workers);
    return new Layout(otherPrefix, broker, false, own.supervisors, own.workers);
  }

  /** What its clients need to know. */
  Installation installation() {
    return new Installation(broker, prefix, TopicsConfig.load().partitions());
  }

  static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }
}
