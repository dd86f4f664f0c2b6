package dev.voxelmill.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces on one bridge, one for each supervisor and each worker; the broker, and the
 * test, are outside, at the bridge itself. What one end sends to another can be lost, direction by
 * direction: the sender's neighbour table then names a station that nobody is, so that packets go
 * out and never arrive, and neither end is told.
 */
final class Namespaces implements AutoCloseable {
  private static final String NETWORK = "10.77.0.";
  private static final String BRIDGE = "vmfaults";
  private static final String NOBODY = "02:00:00:00:00:fe";

  /** Nobody listens there, so the system of a receiver counts what arrives. */
  private static final int DISCARD = 9;

  /** The broker's end, and the test's. */
  static final End BROKER = new End("", NETWORK + 1, BRIDGE);

  private final List<End> supervisors;
  private final List<End> workers;
  private final List<Way> lost = new ArrayList<>();

  private Namespaces(int supervisors, int workers) {
    this.supervisors = ends("vmfaults-s", 11, supervisors);
    this.workers = ends("vmfaults-w", 31, workers);
  }

  /**
   * An end of the network.
   *
   * @param namespace its name; empty for that of the test
   * @param address its own
   * @param device through which it sends
   */
  record End(String namespace, String address, String device) {
    /** Words that put a command there. */
    List<String> enter() {
      return namespace.isEmpty() ? List.of() : List.of("ip", "netns", "exec", namespace);
    }

    Layout.Place place() {
      return new Layout.Place(address, enter());
    }
  }

  /** From one end to another. */
  private record Way(End from, End to) {}

  /** What is done to one end. */
  interface Loss {
    void happen(End end) throws IOException, InterruptedException;
  }

  /** Skips the test where this process may not make them. */
  static void assumePermitted() throws InterruptedException {
    Assumptions.assumeTrue(
        permitted(), "network namespaces cannot be made here (expected: root, ip netns)");
  }

  private static boolean permitted() throws InterruptedException {
    try {
      return ip("netns add vmfaults-probe") == 0 && ip("netns del vmfaults-probe") == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }

  static Namespaces create(int supervisors, int workers) throws IOException, InterruptedException {
    Namespaces all = new Namespaces(supervisors, workers);
    all.close();
    must("link add " + BRIDGE + " type bridge");
    must("addr add " + BROKER.address() + "/24 dev " + BRIDGE);
    must("link set " + BRIDGE + " up");
    for (End end : all.inside().toList()) {
      String name = end.namespace();
      must("netns add " + name);
      must("link add " + name + " type veth peer name " + end.device() + " netns " + name);
      must("link set " + name + " master " + BRIDGE + " up");
      must("-n " + name + " addr add " + end.address() + "/24 dev " + end.device());
      must("-n " + name + " link set " + end.device() + " up");
      must("-n " + name + " link set lo up");
    }
    return all;
  }

  /** Starts an installation, each of its processes in its namespace. */
  FaultCluster start() throws IOException {
    return FaultCluster.start(
        Files.createTempDirectory("voxelmill-net-"),
        Layout.on(
            BROKER.address(),
            supervisors.stream().map(End::place).toList(),
            workers.stream().map(End::place).toList()));
  }

  /** The end at which a supervisor is. */
  End supervisor(Part supervisor, FaultCluster cluster) {
    return supervisors.get(cluster.supervisors().indexOf(supervisor));
  }

  /** The end at which a worker is. */
  End worker(Part worker, FaultCluster cluster) {
    return workers.get(cluster.workers().indexOf(worker));
  }

  List<End> supervisors() {
    return supervisors;
  }

  /** Every end but one and the broker's. */
  List<End> members(End but) {
    return inside().filter(end -> !end.equals(but)).toList();
  }

  /** Every end but one. */
  List<End> everybody(End but) {
    return Stream.concat(members(but).stream(), Stream.of(BROKER)).toList();
  }

  /** Nothing passes between an end and the others, until {@link #mend}; seen to be so. */
  void cut(End end, List<End> others) throws IOException, InterruptedException {
    for (End other : others) {
      lose(new Way(end, other));
      lose(new Way(other, end));
    }
    others.forEach(other -> requireCut(end, other));
  }

  /** What an end sends to the others is lost, while all that they send arrives; seen to be so. */
  void loseFrom(End end, List<End> others) throws IOException, InterruptedException {
    for (End other : others) {
      lose(new Way(end, other));
    }
    others.forEach(other -> requireOneWay(other, end));
  }

  /** What the others send to an end is lost, while all that it sends arrives; seen to be so. */
  void loseTo(End end, List<End> others) throws IOException, InterruptedException {
    for (End other : others) {
      lose(new Way(other, end));
    }
    others.forEach(other -> requireOneWay(end, other));
  }

  private void lose(Way way) throws IOException, InterruptedException {
    must(neighbour(way, "replace") + " lladdr " + NOBODY + " nud permanent");
    lost.add(way);
  }

  /** Everything arrives again. */
  void mend() throws IOException, InterruptedException {
    for (Way way : lost) {
      must(neighbour(way, "del"));
    }
    lost.clear();
  }

  private static String neighbour(Way way, String verb) {
    String scope = way.from().namespace().isEmpty() ? "" : "-n " + way.from().namespace() + " ";
    return scope + "neigh " + verb + " " + way.to().address() + " dev " + way.from().device();
  }

  /** Waits until packets are seen to arrive one way and to be lost the other way. */
  private void requireOneWay(End from, End to) {
    Eventually.holds(from + " reaches " + to, () -> arrives(from, to));
    Eventually.holds(to + " does not reach " + from, () -> !arrives(to, from));
  }

  /** Waits until packets are seen to be lost both ways. */
  private void requireCut(End one, End other) {
    Eventually.holds(one + " does not reach " + other, () -> !arrives(one, other));
    Eventually.holds(other + " does not reach " + one, () -> !arrives(other, one));
  }

  /** Whether a packet that one end sends is counted by the system of the other. */
  private boolean arrives(End from, End to) {
    long before = unexpected(to);
    run(from, "echo > /dev/udp/" + to.address() + "/" + DISCARD);
    run(from, "sleep 0.1");
    return unexpected(to) > before;
  }

  /** Datagrams for which nobody listened, since the namespace exists. */
  private static long unexpected(End end) {
    return run(end, "cat /proc/net/snmp")
        .lines()
        .filter(line -> line.matches("Udp: \\d.*"))
        .map(line -> Long.parseLong(List.of(line.split(" ", -1)).get(2)))
        .findFirst()
        .orElseThrow();
  }

  private static String run(End end, String script) {
    List<String> line = new ArrayList<>(end.enter());
    line.addAll(List.of("bash", "-c", script));
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(line + ": " + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Removes whatever is there, of this run or of one that was killed. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (End end : inside().toList()) {
      ip("netns del " + end.namespace());
      ip("link del " + end.namespace());
    }
    ip("link del " + BRIDGE);
  }

  private Stream<End> inside() {
    return Stream.concat(supervisors.stream(), workers.stream());
  }

  private static List<End> ends(String prefix, int first, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new End(prefix + i, NETWORK + (first + i), "eth0"))
        .toList();
  }

  private static void must(String arguments) throws IOException, InterruptedException {
    if (ip(arguments) != 0) {
      throw new IOException("ip " + arguments + ": failed");
    }
  }

  private static int ip(String arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("ip"));
    line.addAll(List.of(arguments.split(" ")));
    return new ProcessBuilder(line).redirectErrorStream(true).start().waitFor();
  }
}
