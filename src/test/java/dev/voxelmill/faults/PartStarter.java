package dev.voxelmill.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts the processes of an installation where its layout has them, and says where they write. */
final class PartStarter {
  /** Long for any step of the tests' jobs on a busy machine, short to wait for. */
  private static final String STEP_DEADLINE = " -Dworker.step-deadline=60s";

  /** Tests wait until all is swept. */
  private static final String SWEEP = " -Djobs.sweep=2s";

  private final Path directory;
  private final Layout layout;

  /** All that the processes write lies in the directory. */
  PartStarter(Path directory, Layout layout) {
    this.directory = directory;
    this.layout = layout;
  }

  Part broker() throws IOException {
    return start(
        "broker",
        List.of(),
        List.of(
            "--data",
            records().toString(),
            "--host",
            Layout.host(layout.broker()),
            "--port",
            Layout.port(layout.broker())));
  }

  Part supervisor(int index) throws IOException {
    Layout.Seed seed = layout.seeds().get(index);
    return start("supervisor", seed.place().enter(), member(seed.place().host(), "" + seed.port()));
  }

  Part worker(int index) throws IOException {
    Layout.Place place = layout.workers().get(index);
    return start("worker", place.enter(), member(place.host(), "0"));
  }

  private List<String> member(String host, String clusterPort) {
    return List.of(
        "--bootstrap",
        layout.broker(),
        "--host",
        host,
        "--cluster-port",
        clusterPort,
        "--seed-node",
        String.join(",", layout.seedNodes()));
  }

  private Part start(String command, List<String> enter, List<String> arguments)
      throws IOException {
    Files.createDirectories(scratch());
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(arguments);
    return Part.start(
        directory,
        command,
        enter,
        line,
        Map.of(
            "JDK_JAVA_OPTIONS",
            "-Dtopics.prefix=%s -Djava.io.tmpdir=%s".formatted(layout.prefix(), scratch())
                + STEP_DEADLINE
                + SWEEP,
            "VOXELMILL_MODELS",
            models().toString()));
  }

  /** Where the broker's records are. */
  Path records() {
    return directory.resolve("broker");
  }

  /** Where the installation looks for the folders of pretrained models. */
  Path models() {
    return directory.resolve("models");
  }

  /** Where processes put what they need for themselves. */
  private Path scratch() {
    return directory.resolve("tmp");
  }
}
