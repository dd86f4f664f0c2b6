package dev.voxelmill.faults;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Network namespaces on one bridge, one for each worker. The bridge has two addresses, so that the
 * ways to broker and supervisors can be cut one without the other.
 */
final class Namespaces implements AutoCloseable {
  static final String BROKER = "10.77.0.1";
  static final String SUPERVISORS = "10.77.0.2";

  private static final String BRIDGE = "vmfaults";

  private final int count;

  private Namespaces(int count) {
    this.count = count;
  }

  /** Whether this process may make them. */
  static boolean permitted() throws InterruptedException {
    try {
      return ip("netns add vmfaults-probe") == 0 && ip("netns del vmfaults-probe") == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }

  static Namespaces create(int count) throws IOException, InterruptedException {
    Namespaces all = new Namespaces(count);
    all.close();
    must("link add " + BRIDGE + " type bridge");
    must("addr add " + BROKER + "/24 dev " + BRIDGE);
    must("addr add " + SUPERVISORS + "/24 dev " + BRIDGE);
    must("link set " + BRIDGE + " up");
    for (int i = 0; i < count; i++) {
      String name = name(i);
      must("netns add " + name);
      must("link add " + name + " type veth peer name eth0 netns " + name);
      must("link set " + name + " master " + BRIDGE + " up");
      must("-n " + name + " addr add " + address(i) + "/24 dev eth0");
      must("-n " + name + " link set eth0 up");
      must("-n " + name + " link set lo up");
    }
    return all;
  }

  /** Where the workers run. */
  List<Layout.Place> places() {
    return IntStream.range(0, count)
        .mapToObj(i -> new Layout.Place(address(i), List.of("ip", "netns", "exec", name(i))))
        .toList();
  }

  /** The namespace of a worker. */
  int indexOf(Part worker, FaultCluster cluster) {
    return cluster.workers().indexOf(worker);
  }

  /** What the namespace sends to the address is dropped without an answer. */
  void cut(int index, String address) throws IOException, InterruptedException {
    must("-n " + name(index) + " route add blackhole " + address + "/32");
  }

  void mend(int index, String address) throws IOException, InterruptedException {
    must("-n " + name(index) + " route del blackhole " + address + "/32");
  }

  /** Nothing comes in or goes out. */
  void unplug(int index) throws IOException, InterruptedException {
    must("link set " + name(index) + " down");
  }

  void plug(int index) throws IOException, InterruptedException {
    must("link set " + name(index) + " up");
  }

  /** Removes whatever is there, of this run or of one that was killed. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      ip("netns del " + name(i));
      ip("link del " + name(i));
    }
    ip("link del " + BRIDGE);
  }

  private static String name(int index) {
    return "vmfaults" + index;
  }

  private static String address(int index) {
    return "10.77.0." + (11 + index);
  }

  private static void must(String arguments) throws IOException, InterruptedException {
    if (ip(arguments) != 0) {
      throw new IOException("ip " + arguments + ": failed");
    }
  }

  private static int ip(String arguments) throws IOException, InterruptedException {
    List<String> line = new java.util.ArrayList<>(List.of("ip"));
    line.addAll(List.of(arguments.split(" ")));
    return new ProcessBuilder(line).redirectErrorStream(true).start().waitFor();
  }
}
