package dev.voxelmill.actors.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Children here are shell scripts that keep the contract of every process: READY, stdin, SIGTERM.
 */
class ChildTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final RestartPolicy QUICK =
      new RestartPolicy(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(1));

  @TempDir Path directory;

  @Test
  void aKilledChildStartsAgainUntilItIsStopped() throws Exception {
    Child child = child("echo READY here; cat > /dev/null");
    child.start();
    String address = child.awaitReady(SOON);
    long first = child.pid();

    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    await().atMost(SOON).until(() -> child.pid() != 0 && child.pid() != first);
    long second = child.pid();
    child.stop();
    child.awaitEnd(SOON);

    assertEquals("here", address);
    assertEquals(0, child.pid());
    assertFalse(ProcessHandle.of(second).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void aChildThatNeverBecomesReadyIsReportedWithItsLogAndNotRepeated() throws Exception {
    Child child = child("echo no room >&2; echo once >> lives; exit 7");
    child.start();

    InstallationException thrown =
        assertThrows(InstallationException.class, () -> child.awaitReady(SOON));
    child.stop();
    child.awaitEnd(SOON);

    assertTrue(thrown.getMessage().contains("exit code 7: no room"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("part.log"), thrown.getMessage());
    assertEquals("no room\n", Files.readString(directory.resolve("part.log")));
  }

  @Test
  void aChildThatIgnoresTheRequestToEndIsKilled() throws Exception {
    Child child = child("trap '' TERM; echo READY; while :; do read -t 1 x; done");
    child.start();
    child.awaitReady(SOON);
    long pid = child.pid();

    child.stop();
    Ending ending = child.awaitEnd(Duration.ofMillis(200));

    assertEquals(new Ending(pid, 137, true), ending);
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void aChildThatWasEndedStaysAwayUntilItIsReleased() throws Exception {
    Child child = child("echo $$ >> lives; echo READY; exec sleep 600");
    child.start();
    child.awaitReady(SOON);
    long first = child.pid();

    child.end(true);
    await().atMost(SOON).until(() -> child.pid() == 0);
    assertThrows(InstallationException.class, () -> child.awaitUp(Duration.ofMillis(300)));
    child.release();
    child.awaitUp(SOON);
    long second = child.pid();
    child.stop();
    child.awaitEnd(SOON);

    assertEquals(List.of("" + first, "" + second), lives());
  }

  @Test
  void aChildThatIsEndedTheMomentItIsReadyComesBackAllTheSame() throws Exception {
    Child child = child("echo $$ >> lives; echo READY; exec sleep 600");
    child.start();

    for (int life = 1; life <= 20; life++) {
      child.awaitUp(SOON);
      child.end(true);
      child.release();
    }
    child.awaitUp(SOON);
    child.stop();
    child.awaitEnd(SOON);

    assertEquals(21, lives().size());
  }

  @Test
  void whatAChildPrintsIsInItsLog() throws Exception {
    Child child = child("echo starting >&2; echo READY 127.0.0.1:1; echo later; cat > /dev/null");
    child.start();
    child.awaitReady(SOON);

    await().atMost(SOON).until(() -> log().contains("later"));
    child.stop();
    child.awaitEnd(SOON);

    assertEquals("starting\nREADY 127.0.0.1:1\nlater\n", log());
  }

  @Test
  void aChildWhoseLogCannotBeWrittenIsHeardAndKeptAlive() throws Exception {
    Files.createSymbolicLink(directory.resolve("part.log"), Path.of("/dev/full"));
    Child child = child("echo starting >&2; echo READY here; exec sleep 600");
    child.start();
    String address = child.awaitReady(SOON);
    long first = child.pid();

    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    await().atMost(SOON).until(() -> child.pid() != first && child.isReady());
    child.stop();
    child.awaitEnd(SOON);

    assertEquals("here", address);
  }

  @Test
  void aChildThatCouldNotBeStartedAgainIsTriedUntilItCan() throws Exception {
    Child child = child("echo READY; exec sleep 600");
    child.start();
    child.awaitReady(SOON);
    long first = child.pid();

    Path launcher = directory.resolve("launcher");
    Files.move(launcher, directory.resolve("away"));
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    await().atMost(SOON).until(() -> child.pid() == 0);
    assertThrows(InstallationException.class, () -> child.awaitUp(Duration.ofMillis(300)));
    Files.move(directory.resolve("away"), launcher);
    child.awaitUp(SOON);
    long second = child.pid();
    child.stop();
    child.awaitEnd(SOON);

    assertNotEquals(first, second);
  }

  private List<String> lives() throws IOException {
    return Files.readAllLines(directory.resolve("lives"));
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("part.log"));
  }

  private Child child(String script) throws IOException {
    Path launcher = directory.resolve("launcher");
    Files.writeString(launcher, "#!/usr/bin/env bash\ncd " + directory + "\n" + script + "\n");
    assertTrue(launcher.toFile().setExecutable(true));
    return new Child(
        new ChildSpec("part", "part", List.of()), launcher.toString(), directory, QUICK);
  }
}
