package dev.voxelmill.actors.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What to run on this machine.
 *
 * @param launcher path of {@code ./voxelmill}
 * @param directory the broker's records and everyone's logs lie below it
 * @param port of the broker on 127.0.0.1; fixed, so that clients find a restarted broker again
 * @param supervisorPorts one cluster port per supervisor; the first three are everyone's seeds
 * @param workers how many worker processes
 * @param profile of every process, see conf/profiles
 * @param ephemeral whether the directory is deleted at the end
 * @param settings system properties of supervisors and workers that take the place of values in
 *     {@code conf}, such as {@code worker.step-deadline}
 */
public record InstallationPlan(
    Path launcher,
    Path directory,
    int port,
    List<Integer> supervisorPorts,
    int workers,
    String profile,
    boolean ephemeral,
    Map<String, String> settings) {
  private static final String HOST = "127.0.0.1";
  private static final int SEEDS = 3;

  public InstallationPlan {
    supervisorPorts = List.copyOf(supervisorPorts);
    settings = Map.copyOf(settings);
    if (workers < 0) {
      throw new IllegalArgumentException("workers: " + workers + " (expected: >= 0)");
    }
  }

  /** A plan with the values of {@code conf}. */
  public InstallationPlan(
      Path launcher,
      Path directory,
      int port,
      List<Integer> supervisorPorts,
      int workers,
      String profile,
      boolean ephemeral) {
    this(launcher, directory, port, supervisorPorts, workers, profile, ephemeral, Map.of());
  }

  /** The same plan with other values than those of {@code conf}. */
  public InstallationPlan with(Map<String, String> otherSettings) {
    return new InstallationPlan(
        launcher, directory, port, supervisorPorts, workers, profile, ephemeral, otherSettings);
  }

  /** Where clients reach the broker. */
  public String bootstrap() {
    return HOST + ":" + port;
  }

  Path logDirectory() {
    return directory.resolve("logs");
  }

  ChildSpec broker() {
    return new ChildSpec(
        "broker",
        "broker",
        List.of(
            "--data",
            directory.resolve("broker").toString(),
            "--port",
            "" + port,
            "--profile",
            profile));
  }

  List<ChildSpec> supervisors() {
    List<ChildSpec> specs = new ArrayList<>();
    for (int i = 0; i < supervisorPorts.size(); i++) {
      specs.add(member("supervisor", i + 1, supervisorPorts.get(i)));
    }
    return specs;
  }

  List<ChildSpec> workerSpecs() {
    List<ChildSpec> specs = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      specs.add(worker(i + 1));
    }
    return specs;
  }

  /** The worker of that number, from 1; there may be more than were planned. */
  ChildSpec worker(int number) {
    return member("worker", number, 0);
  }

  private ChildSpec member(String command, int number, int clusterPort) {
    String name = command + "-" + number;
    List<String> options =
        new ArrayList<>(
            List.of(
                "--bootstrap",
                bootstrap(),
                "--profile",
                profile,
                "--host",
                HOST,
                "--cluster-port",
                "" + clusterPort));
    supervisorPorts.stream()
        .limit(SEEDS)
        .forEach(port -> options.addAll(List.of("--seed-node", HOST + ":" + port)));
    return new ChildSpec(name, command, options, settings);
  }
}
