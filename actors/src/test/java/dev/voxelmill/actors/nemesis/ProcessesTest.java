package dev.voxelmill.actors.nemesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.actors.local.Ports;
import dev.voxelmill.storage.topics.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Signals to real processes. They are shell scripts that keep the contract of every part: READY,
 * standard input, SIGTERM.
 */
class ProcessesTest {
  @TempDir Path directory;

  private final Exits exits = new Exits();
  private LocalInstallation installation;
  private Processes processes;

  @BeforeEach
  void start() throws Exception {
    Path launcher = directory.resolve("launcher");
    Files.writeString(
        launcher,
        """
        #!/usr/bin/env bash
        trap 'exit "$(cat "$0.code" 2>/dev/null || echo 0)"' TERM
        echo READY
        while :; do read -r -t 0.2 line || [[ $? -gt 128 ]] || exit 0; done
        """);
    assertTrue(launcher.toFile().setExecutable(true));
    List<Integer> ports = Ports.free(3);
    InstallationPlan plan =
        new InstallationPlan(
            launcher,
            directory.resolve("data"),
            ports.getFirst(),
            ports.subList(1, 3),
            2,
            "fast",
            true);
    installation = LocalInstallation.start(plan, bootstrap -> {}, exits);
    InstallationClient nobody = new InstallationClient(new Installation("127.0.0.1:9", "none", 1));
    processes = new Processes(installation, nobody, exits);
  }

  @AfterEach
  void stop() {
    installation.close();
  }

  @Test
  void aKilledProcessProvesItByItsExitCodeAndComesBack() throws Exception {
    assertEquals(Proof.of("exit code 137"), processes.carryOut(new Fault.Kill(Role.WORKER, 1)));
    // It is waited for until it is back.
    assertEquals(Proof.of("exit code 0"), processes.carryOut(new Fault.Stop(Role.WORKER, 1)));
    assertEquals(List.of(), exits.unasked());
  }

  @ParameterizedTest
  @EnumSource(names = {"WORKER", "SUPERVISOR"})
  void allProcessesOfARoleAndNoOthersAreKilledAtOnce(Role role) throws Exception {
    List<Long> pids = List.of(pid(role.named(1)), pid(role.named(2)));

    assertEquals(Proof.of("exit code 137 of 2"), processes.carryOut(new Fault.KillAll(role)));

    assertEquals(2, exits.count());
    for (long pid : pids) {
      assertEquals(137, exits.await(pid, Duration.ZERO).orElseThrow());
    }
  }

  @Test
  void whoeverIsBetweenTwoLivesIsWaitedForSoThatAllAreKilled() throws Exception {
    processes.carryOut(new Fault.Kill(Role.WORKER, 1));

    assertEquals(
        Proof.of("exit code 137 of 2"), processes.carryOut(new Fault.KillAll(Role.WORKER)));
    assertEquals(3, exits.count());
    assertEquals(List.of(), exits.unasked());
  }

  @Test
  void aFrozenProcessStandsStillForItsTimeAndGoesOn() throws Exception {
    Fault.OfProcess freeze = new Fault.Freeze(Role.BROKER, 1, Duration.ofMillis(300));

    assertEquals(Proof.of("state T"), processes.carryOut(freeze));
    assertEquals(Proof.of("exit code 0"), processes.carryOut(new Fault.Stop(Role.BROKER, 1)));
  }

  @Test
  void aWorkerThatLeavesEndsInGoodOrderAndStaysAway() throws Exception {
    assertEquals(Proof.of("exit code 0"), processes.carryOut(new Fault.Leave(1)));

    assertTrue(installation.parts().stream().noneMatch(part -> part.name().equals("worker-1")));
    assertEquals(
        Proof.none("worker-1 was not there"), processes.carryOut(new Fault.Kill(Role.WORKER, 1)));
  }

  @Test
  void aWorkerThatEndsInNoGoodOrderIsToldWithItsExit() throws Exception {
    Files.writeString(directory.resolve("launcher.code"), "13");
    long pid = pid("worker-1");

    Proof stopped = processes.carryOut(new Fault.Stop(Role.WORKER, 1));
    Proof left = processes.carryOut(new Fault.Leave(1));

    assertEquals(Proof.ended(new Exits.Exit("worker-1", pid, 13)), stopped);
    assertEquals(13, left.otherwise().orElseThrow().code());
    assertEquals(2, exits.byThemselves(13));
    assertEquals(List.of(), exits.unasked());
  }

  @Test
  void aProcessThatEndsByItselfIsNoticed() throws Exception {
    long pid = pid("supervisor-1");

    ProcessHandle.of(pid).orElseThrow().destroyForcibly();

    assertEquals(137, exits.await(pid, Duration.ofSeconds(30)).orElseThrow());
    assertEquals(List.of(new Exits.Exit("supervisor-1", pid, 137)), exits.unasked());
  }

  private long pid(String name) {
    return installation.parts().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow()
        .pid();
  }
}
