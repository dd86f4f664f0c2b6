package dev.voxelmill.protocols.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.ConfFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final BlockingQueue<ActorSystem<?>> born = new LinkedBlockingQueue<>();
  private final AtomicBoolean mayJoin = new AtomicBoolean(true);
  private final Membership membership =
      new Membership(this::birth, mayJoin::get, Duration.ofMillis(10));
  private final CompletableFuture<Boolean> kept = CompletableFuture.supplyAsync(this::keep);

  @AfterEach
  void leave() {
    membership.leave(LIMIT);
  }

  @Test
  void aNodeThatWasDownedJoinsAgainInTheSameProcess() throws Exception {
    ActorSystem<?> first = next();
    Cluster cluster = Cluster.get(first);

    cluster.manager().tell(new Down(cluster.selfMember().address()));
    ActorSystem<?> second = next();

    assertNotSame(first, second);
    assertTrue(first.getWhenTerminated().toCompletableFuture().isDone());
    assertFalse(kept.isDone());
  }

  @Test
  void aNodeThatGivesItsMembershipUpJoinsAgainWhenItMay() throws Exception {
    ActorSystem<?> first = next();
    mayJoin.set(false);

    CoordinatedShutdown.get(first).run(new Membership.Afresh("of a test"));
    first.getWhenTerminated().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertEquals(0, born.size());
    mayJoin.set(true);

    assertNotSame(first, next());
    assertFalse(kept.isDone());
  }

  @Test
  void aNodeThatMayNotJoinCanStillBeToldToLeave() throws Exception {
    ActorSystem<?> first = next();
    mayJoin.set(false);
    CoordinatedShutdown.get(first).run(new Membership.Afresh("of a test"));
    first.getWhenTerminated().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);

    assertTrue(membership.leave(LIMIT));

    assertTrue(kept.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
  }

  @Test
  void aNodeThatIsToldToLeaveDoesNotComeBack() throws Exception {
    ActorSystem<?> only = next();

    assertTrue(membership.leave(LIMIT));

    assertTrue(kept.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
    assertTrue(only.getWhenTerminated().toCompletableFuture().isDone());
    assertEquals(0, born.size());
  }

  @Test
  void anActorSystemThatFailsIsNotReplaced() throws Exception {
    next().terminate();

    assertFalse(kept.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
    assertEquals(0, born.size());
  }

  private ActorSystem<?> next() throws InterruptedException {
    ActorSystem<?> system = born.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertTrue(system != null, "no actor system was born");
    return system;
  }

  private boolean keep() {
    try {
      return membership.keep();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ActorSystem<?> birth() {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "member",
            ConfigFactory.parseMap(Map.of("pekko.cluster.roles", List.of("supervisor")))
                .withFallback(ConfFile.read(ClusterConfig.FILE))
                .withFallback(ConfigFactory.load()));
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    born.add(system);
    return system;
  }
}
