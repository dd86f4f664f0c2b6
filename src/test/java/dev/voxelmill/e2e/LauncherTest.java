package dev.voxelmill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path directory;

  @Test
  void onlyTheBrokersClassPathHoldsKafkasServer() throws IOException {
    assertTrue(hasServer("storage"));
    assertFalse(hasServer("actors"));
    assertFalse(hasServer("gpu-workers"));
  }

  @Test
  void onlyTheWorkersClassPathHoldsLibtorch() throws IOException {
    assertTrue(classPath("gpu-workers").stream().anyMatch(jar -> jar.contains("pytorch-native")));
    assertFalse(classPath("actors").stream().anyMatch(jar -> jar.contains("pytorch")));
    assertFalse(classPath("storage").stream().anyMatch(jar -> jar.contains("pytorch")));
  }

  @Test
  void helpNamesEveryCommandWithoutStartingJava() throws Exception {
    Launcher.Ended ended = Launcher.run(directory, LIMIT, "help");

    assertEquals(0, ended.exitCode());
    for (String command : List.of("demo", "up", "submit", "worker", "train", "doctor")) {
      assertTrue(
          ended.out().lines().anyMatch(line -> line.startsWith("  " + command + " ")), command);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "submit",
        "methods",
        "status",
        "watch",
        "list",
        "workers",
        "queue",
        "fetch",
        "check",
        "nemesis",
        "broker",
        "supervisor",
        "worker",
        "train",
        "eval",
        "bench",
        "bench placement",
        "models",
        "models convert",
        "models inspect",
        "doctor"
      })
  void everyCommandExplainsItselfWithAnExample(String command) throws Exception {
    Launcher.Ended ended = run(command + " --help");

    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().contains("Example: ./voxelmill " + command), ended.out());
  }

  @Test
  void anUnknownCommandIsAMistakeOfUse() throws Exception {
    Launcher.Ended ended = Launcher.run(directory, LIMIT, "make-coffee");

    assertEquals(2, ended.exitCode());
    assertTrue(ended.err().contains("unknown command 'make-coffee'"), ended.err());
  }

  @Test
  void aClientWithoutABrokerSaysSoAndEndsWithFour() throws Exception {
    Launcher.Ended ended = Launcher.run(directory, LIMIT, "list", "--bootstrap", "127.0.0.1:9");

    assertEquals(4, ended.exitCode(), ended.err());
    assertTrue(ended.err().contains("./voxelmill up"), ended.err());
  }

  private Launcher.Ended run(String command) throws Exception {
    return Launcher.run(directory, LIMIT, command.split(" "));
  }

  private static boolean hasServer(String module) throws IOException {
    return classPath(module).stream().anyMatch(jar -> jar.contains("/kafka_2.13-"));
  }

  private static List<String> classPath(String module) throws IOException {
    Path file = Launcher.home().resolve(module).resolve("target").resolve("classpath.txt");
    return List.of(Files.readString(file).strip().split(":"));
  }
}
