package dev.voxelmill.faults;

import dev.voxelmill.actors.local.Ports;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many processes a cluster has and where they are reached.
 *
 * @param prefix of its topics
 * @param broker where clients reach the broker, {@code host:port}
 * @param ownBroker whether the broker is one of its processes
 * @param seeds where each supervisor runs and listens
 * @param workers where each worker runs
 */
record Layout(
    String prefix, String broker, boolean ownBroker, List<Seed> seeds, List<Place> workers) {
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

  /**
   * A supervisor.
   *
   * @param port at which the others reach it
   */
  record Seed(Place place, int port) {
    String address() {
      return place.host() + ":" + port;
    }
  }

  /** All on this machine, on free ports. */
  static Layout here(int supervisors, int workers) throws IOException {
    return on(
        LOOPBACK,
        Collections.nCopies(supervisors, Place.HERE),
        Collections.nCopies(workers, Place.HERE));
  }

  /** The broker on an address of this machine, the others anywhere, on ports that are free here. */
  static Layout on(String brokerHost, List<Place> supervisors, List<Place> workers)
      throws IOException {
    List<Integer> ports = Ports.free(supervisors.size() + 1);
    return new Layout(
        TopicsConfig.load().prefix(),
        brokerHost + ":" + ports.getLast(),
        true,
        IntStream.range(0, supervisors.size())
            .mapToObj(i -> new Seed(supervisors.get(i), ports.get(i)))
            .toList(),
        workers);
  }

  /** Another installation on the same broker. */
  Layout beside(String otherPrefix, int supervisors, int workers) throws IOException {
    Layout own = here(supervisors, workers);
    return new Layout(otherPrefix, broker, false, own.seeds, own.workers);
  }

  /** Where the supervisors are reached, {@code host:port} each. */
  List<String> seedNodes() {
    return seeds.stream().map(Seed::address).toList();
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
