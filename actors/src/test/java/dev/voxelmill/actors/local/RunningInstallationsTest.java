package dev.voxelmill.actors.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningInstallationsTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final long THIS = ProcessHandle.current().pid();
  private static final long PARENT = ProcessHandle.current().parent().orElseThrow().pid();

  /** Larger than any process number of Linux. */
  private static final long NOBODY = 1L << 40;

  @TempDir Path home;
  private RunningInstallations running;

  @BeforeEach
  void anotherHome() {
    running = new RunningInstallations(home.resolve("running"));
  }

  @Test
  void withoutAnInstallationThereIsNoAddress() {
    assertEquals(Optional.empty(), running.newest());
  }

  @Test
  void theNewestOfTwoCountsUntilItEnds() throws IOException {
    running.record(THIS, "127.0.0.1:1", NOON.plusSeconds(1));
    running.record(PARENT, "127.0.0.1:2", NOON);

    assertEquals(Optional.of("127.0.0.1:1"), running.newest());

    running.forget(THIS);

    assertEquals(Optional.of("127.0.0.1:2"), running.newest());
  }

  @Test
  void anInstallationWhoseProcessIsGoneDoesNotCountAndIsClearedAway() throws IOException {
    running.record(NOBODY, "127.0.0.1:1", NOON);

    assertEquals(Optional.empty(), running.newest());

    running.record(THIS, "127.0.0.1:2", NOON.minusSeconds(60));

    assertEquals(Optional.of("127.0.0.1:2"), running.newest());
    assertFalse(Files.exists(home.resolve("running").resolve(NOBODY + ".properties")));
  }
}
